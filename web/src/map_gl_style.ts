/** Layers and marks of the large map, in the colours of the page. */

import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Geometry, Shape, Shapes } from './api';
import { codeOf, LINE_STATES, radiusOf, type Base, type LineState, type MapSpec } from './map_spec';
import { outline } from './map_svg';
import { token } from './months_axis';

export const SOURCES = ['areas', 'lines', 'points'] as const;
type Data = Record<(typeof SOURCES)[number], Shapes>;
const NONE: Shapes = { type: 'FeatureCollection', features: [] };
const FONT = ['system-ui', 'Noto Sans', 'sans-serif'];

/** Return the colour, dashes and least width of a road in a state; told apart without colour too. */
export function strokeOf(state: LineState): { colour: string; dash?: number[]; width: number } {
  const strokes: Record<LineState, { colour: string; dash?: number[]; width: number }> = {
    plain: { colour: token('line-strong'), width: 1 },
    used: { colour: token('tone-1'), width: 2 },
    open: { colour: token('tone-1'), width: 2 },
    unknown: { colour: token('line-strong'), width: 1.6, dash: [1, 1.4] },
    contested: { colour: token('tone-5'), width: 2.6, dash: [3, 1.6] },
    closed: { colour: token('bad'), width: 3.2, dash: [0.6, 1] },
    picked: { colour: token('ink'), width: 5 },
  };
  return strokes[state];
}

/** Return the names of the layers that draw a source. */
export function layersOf(source: 'heat' | 'points' | 'lines'): string[] {
  return source === 'lines' ? LINE_STATES.map((state) => `lines-${state}`) : [source];
}

/** Return the data of a map by source. */
export function collect(spec: MapSpec): Data {
  const shapes = (features: Shape[]): Shapes => ({ type: 'FeatureCollection', features });
  const areas = (spec.areas?.shapes.features ?? []).map((one) => {
    const code = codeOf(one.properties);
    const at = spec.areas?.scale.classOf(spec.areas.values.get(code) ?? null) ?? -1;
    const properties = { id: code, name: one.properties['name'] ?? code, at, picked: code === spec.areas?.picked };
    return { type: 'Feature', geometry: one.geometry, properties } as Shape;
  });
  const lines = (spec.lines ?? []).map((one) => {
    const geometry: Geometry = { type: 'MultiLineString', coordinates: one.coordinates };
    return { type: 'Feature', geometry, properties: { id: one.id, state: one.state, width: one.width ?? 1 } } as Shape;
  });
  const points = (spec.points ?? []).map((one) => {
    const geometry: Geometry = { type: 'Point', coordinates: [one.longitude, one.latitude] };
    const icon = ['mark', one.shape ?? 'circle', one.tone ?? 1, one.hollow ? 'hollow' : ''].join('-');
    const properties = { id: one.id, icon, size: radiusOf(one) / 10, weight: one.size ?? 0.3 };
    return { type: 'Feature', geometry, properties } as Shape;
  });
  return { areas: shapes(areas), lines: shapes(lines), points: shapes(points) };
}

/** Return the picture of a mark, or of the hatching of what is missing. */
export function iconOf(id: string): ImageData | null {
  const [kind, shape, tone, hollow] = id.split('-');
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = kind === 'mark' ? 52 : 16;
  const pen = canvas.getContext('2d');
  if (!pen || !['mark', 'missing', 'town'].includes(kind ?? '')) return null;
  if (kind === 'missing') {
    pen.fillStyle = token('missing');
    pen.fillRect(0, 0, 16, 16);
    pen.strokeStyle = token('hatch');
    pen.lineWidth = 2;
    pen.beginPath();
    for (const x of [-8, 0, 8, 16]) {
      pen.moveTo(x - 2, 18);
      pen.lineTo(x + 18, -2);
    }
    pen.stroke();
    return pen.getImageData(0, 0, 16, 16);
  }
  if (kind === 'town') {
    pen.fillStyle = token('ink');
    pen.fill(new Path2D(outline({}, 8, 8, 3.5)));
    return pen.getImageData(0, 0, 16, 16);
  }
  const path = new Path2D(outline({ shape: shape as 'circle' }, 26, 26, 20)); // twenty pixels at a ratio of two: size 1 is a radius of ten
  pen.globalAlpha = hollow ? 1 : 0.8;
  pen.fillStyle = hollow ? token('card') : token(`tone-${tone}`);
  pen.fill(path);
  pen.globalAlpha = 1;
  pen.lineWidth = hollow ? 5 : 2.5;
  pen.strokeStyle = hollow ? token(`tone-${tone}`) : token('card');
  pen.stroke(path);
  return pen.getImageData(0, 0, 52, 52);
}

/** Return the style: what lies behind, then areas, roads, heat and points, then names. */
export function styleOf(base: Base): StyleSpecification {
  const kinds = (...wanted: string[]): GeoJSON.FeatureCollection =>
    ({
      ...base.around,
      features: base.around.features.filter((one) => wanted.includes(String(one.properties['kind']))),
    }) as GeoJSON.FeatureCollection;
  const source = (data: Shapes | GeoJSON.FeatureCollection) =>
    ({ type: 'geojson', data: data as GeoJSON.FeatureCollection }) as const;
  return {
    version: 8,
    sources: {
      land: source(kinds('country')),
      water: source(kinds('river', 'lake')),
      border: source(kinds('border')),
      towns: source(kinds('town')),
      regions: source(base.regions),
      areas: source(NONE),
      lines: source(NONE),
      points: source(NONE),
    },
    layers: [...ground(), ...areaLayers(), ...waterLayers(), ...lineLayers(), ...pointLayers(), ...nameLayers()],
  };
}

function ground(): LayerSpecification[] {
  return [
    { id: 'sea', type: 'background', paint: { 'background-color': token('sea') } },
    { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': token('land'), 'fill-antialias': false } },
  ];
}

function areaLayers(): LayerSpecification[] {
  const steps = [1, 2, 3, 4, 5].flatMap((one) => [one - 1, token(`seq-${one}`)]);
  return [
    {
      id: 'areas',
      type: 'fill',
      source: 'areas',
      filter: ['>=', ['get', 'at'], 0],
      paint: { 'fill-color': ['match', ['get', 'at'], ...steps, token('seq-5')] as never },
    },
    {
      id: 'areas-missing',
      type: 'fill',
      source: 'areas',
      filter: ['<', ['get', 'at'], 0],
      paint: { 'fill-pattern': 'missing' },
    },
    { id: 'area-lines', type: 'line', source: 'areas', paint: { 'line-color': token('border'), 'line-width': 0.4 } },
    { id: 'regions', type: 'line', source: 'regions', paint: { 'line-color': token('border'), 'line-width': 1 } },
    {
      id: 'area-picked',
      type: 'line',
      source: 'areas',
      filter: ['==', ['get', 'picked'], true],
      paint: { 'line-color': token('ink'), 'line-width': 3 },
    },
  ];
}

function waterLayers(): LayerSpecification[] {
  const big = ['all', ['==', ['get', 'kind'], 'river'], ['<=', ['coalesce', ['get', 'rank'], 9], 6]];
  return [
    {
      id: 'rivers',
      type: 'line',
      source: 'water',
      filter: big as never,
      paint: { 'line-color': token('water'), 'line-width': 1.4 },
    },
    {
      id: 'lakes',
      type: 'fill',
      source: 'water',
      filter: ['==', ['get', 'kind'], 'lake'],
      paint: { 'fill-color': token('water') },
    },
    {
      id: 'borders',
      type: 'line',
      source: 'border',
      paint: { 'line-color': token('border'), 'line-width': 1.6, 'line-dasharray': [4, 2] },
    },
  ];
}

function lineLayers(): LayerSpecification[] {
  return LINE_STATES.map((state) => {
    const { colour, dash, width } = strokeOf(state);
    return {
      id: `lines-${state}`,
      type: 'line',
      source: 'lines',
      filter: ['==', ['get', 'state'], state],
      layout: { 'line-cap': dash ? 'butt' : 'round', 'line-join': 'round' },
      paint: {
        'line-color': colour,
        'line-width': ['*', width, ['get', 'width']],
        ...(dash ? { 'line-dasharray': dash } : {}),
      },
    } as LayerSpecification;
  });
}

function pointLayers(): LayerSpecification[] {
  const heat = [
    'interpolate',
    ['linear'],
    ['heatmap-density'],
    0,
    'rgba(0,0,0,0)',
    0.1,
    token('seq-2'),
    0.4,
    token('seq-3'),
    0.7,
    token('seq-4'),
    1,
    token('seq-5'),
  ];
  return [
    {
      id: 'heat',
      type: 'heatmap',
      source: 'points',
      layout: { visibility: 'none' },
      paint: {
        'heatmap-radius': 26,
        'heatmap-opacity': 0.8,
        'heatmap-weight': ['get', 'weight'],
        'heatmap-color': heat as never,
      },
    },
    {
      id: 'points',
      type: 'symbol',
      source: 'points',
      layout: {
        'icon-image': ['get', 'icon'],
        'icon-size': ['get', 'size'],
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
      },
    },
  ];
}

function nameLayers(): LayerSpecification[] {
  return [
    {
      id: 'towns',
      type: 'symbol',
      source: 'towns',
      layout: {
        'icon-image': 'town', // a dot only where its name finds room
        'text-field': ['get', 'name'],
        'text-font': FONT,
        'text-size': 12,
        'text-variable-anchor': ['left', 'right', 'top', 'bottom'],
        'text-radial-offset': 0.4,
        'symbol-sort-key': ['coalesce', ['get', 'rank'], 9],
        'text-padding': 6,
      },
      paint: { 'text-color': token('ink'), 'text-halo-color': token('card'), 'text-halo-width': 1.4 },
    },
  ];
}
