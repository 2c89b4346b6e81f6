/** The map as SVG: at once on every screen, on paper, and where the browser cannot draw the large one. */

import type { Geometry, Shape } from './api';
import { svg } from './dom';
import { codeOf, radiusOf, type Base, type Box, type MapLine, type MapPoint, type MapSpec } from './map_spec';
import { number, t } from './words';

type Tip = (text: string | null, event?: MouseEvent) => void;

/** Return the height of a latitude on the map, in degrees of longitude (Mercator, as the large map). */
export function rise(latitude: number): number {
  return (180 / Math.PI) * Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360));
}

const paths = new WeakMap<Geometry, string>();

function ring(points: number[][]): string {
  return points.map(([x = 0, y = 0]) => `${x.toFixed(3)} ${(-rise(y)).toFixed(3)}`).join('L');
}

function pathOf(geometry: Geometry): string {
  const known = paths.get(geometry);
  if (known !== undefined) return known;
  let path = '';
  if (geometry.type === 'LineString') path = `M${ring(geometry.coordinates)}`;
  else if (geometry.type === 'MultiLineString') path = geometry.coordinates.map((one) => `M${ring(one)}`).join('');
  else if (geometry.type === 'Polygon') path = geometry.coordinates.map((one) => `M${ring(one)}Z`).join('');
  else if (geometry.type === 'MultiPolygon')
    path = geometry.coordinates
      .flat()
      .map((one) => `M${ring(one)}Z`)
      .join('');
  paths.set(geometry, path);
  return path;
}

/** Return the map, fitted to a box, for a place of some width and height in pixels. */
export function svgMap(
  spec: MapSpec,
  base: Base,
  box: Box,
  size: { width: number; height: number },
  tip: Tip,
): SVGSVGElement {
  const [west, south, east, north] = box;
  const [top, bottom] = [-rise(north), -rise(south)];
  const scale = Math.max((east - west) / size.width, (bottom - top) / size.height); // degrees a pixel
  const [wide, high] = [scale * size.width, scale * size.height];
  const [left, upper] = [(west + east - wide) / 2, (top + bottom - high) / 2];
  const drawn = svg('svg', {
    class: 'map-svg',
    viewBox: `${left} ${upper} ${wide} ${high}`,
    role: 'img',
    'aria-label': spec.label,
    preserveAspectRatio: 'xMidYMid meet',
  });
  drawn.append(
    svg('defs', {}, hatchPattern(scale)),
    svg('rect', { class: 'sea', x: left, y: upper, width: wide, height: high }),
    ...land(base),
    ...areas(spec, tip),
    ...regions(base),
    ...water(base),
    ...(spec.lines ?? []).map((one) => line(one, tip)),
    ...points(spec, scale, tip),
    ...names(base, scale, [left, upper, wide, high]),
    scaleBar(scale, [left, upper, wide, high]),
  );
  return drawn;
}

function hatchPattern(scale: number): SVGElement {
  const step = 6 * scale;
  return svg(
    'pattern',
    { id: 'missing', width: step, height: step, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    svg('rect', { class: 'missing-back', width: step, height: step }),
    svg('rect', { class: 'missing-line', width: step / 4, height: step }),
  );
}

function ofKind(base: Base, kind: string): Shape[] {
  return base.around.features.filter((one) => one.properties['kind'] === kind);
}

function shapesOf(features: Shape[], className: string): SVGElement[] {
  return features.flatMap((one) => (one.geometry ? [svg('path', { class: className, d: pathOf(one.geometry) })] : []));
}

function land(base: Base): SVGElement[] {
  return shapesOf(ofKind(base, 'country'), 'land');
}

function water(base: Base): SVGElement[] {
  return [
    ...shapesOf(
      ofKind(base, 'river').filter((one) => Number(one.properties['rank'] ?? 9) <= 6),
      'river',
    ),
    ...shapesOf(ofKind(base, 'lake'), 'lake'),
    ...shapesOf(ofKind(base, 'border'), 'border'),
  ];
}

function regions(base: Base): SVGElement[] {
  return shapesOf(base.regions.features, 'region');
}

function areas(spec: MapSpec, tip: Tip): SVGElement[] {
  const shown = spec.areas;
  if (!shown) return [];
  const drawn = shown.shapes.features.flatMap((one) => {
    if (!one.geometry) return [];
    const code = codeOf(one.properties);
    const value = shown.values.get(code) ?? null;
    const at = shown.scale.classOf(value);
    const className = `area ${at === null ? 'area-missing' : `area-${at + 1}`} ${code === shown.picked ? 'area-picked' : ''}`;
    const text = areaText(spec, String(one.properties['name'] ?? code), value);
    const handlers = listeners(text, tip, shown.onPick ? () => shown.onPick?.(code) : undefined);
    return [
      svg('path', {
        class: className,
        d: pathOf(one.geometry),
        fill: at === null ? 'url(#missing)' : null,
        ...handlers,
      }),
    ];
  });
  return drawn.sort(
    (a, b) => Number(a.classList.contains('area-picked')) - Number(b.classList.contains('area-picked')),
  );
}

/** Return what the tip says of an area. */
export function areaText(spec: MapSpec, name: string, value: number | null): string {
  return value === null ? `${name}: ${t('no data')}` : `${name}: ${number(value)} ${spec.unit ?? ''}`.trim();
}

function listeners(text: string, tip: Tip, pick?: () => void): Record<string, (event: Event) => void> {
  const common = {
    onpointermove: (event: Event) => tip(text, event as MouseEvent),
    onpointerleave: () => tip(null),
  };
  return pick ? { ...common, onclick: pick } : common;
}

function line(one: MapLine, tip: Tip): SVGElement {
  const d = one.coordinates.map((part) => `M${ring(part)}`).join('');
  const width = { 'stroke-width': 2 * (one.width ?? 1) };
  const wide = svg('path', { class: 'road-reach', d, ...listeners(one.label, tip, one.onPick) });
  return svg(
    'g',
    { class: one.onPick ? 'can-pick' : null },
    svg('path', { class: `road road-${one.state}`, d, ...width }),
    wide,
  );
}

function points(spec: MapSpec, scale: number, tip: Tip): SVGElement[] {
  return [...(spec.points ?? [])]
    .sort((a, b) => (b.size ?? 0) - (a.size ?? 0))
    .map((one) => {
      const radius = (spec.heat ? 14 : radiusOf(one)) * scale;
      const className = spec.heat ? 'heat' : `point tone-${one.tone ?? 1} ${one.hollow ? 'hollow' : ''}`;
      const d = outline(one, one.longitude, -rise(one.latitude), radius);
      return svg('path', { class: className, d, ...listeners(one.label, tip, one.onPick) });
    });
}

/** Return the outline of a point's mark around x and y. */
export function outline(point: Pick<MapPoint, 'shape'>, x: number, y: number, r: number): string {
  const s = 0.88 * r;
  if (point.shape === 'square') return `M${x - s} ${y - s}h${2 * s}v${2 * s}h${-2 * s}Z`;
  if (point.shape === 'triangle') return `M${x} ${y - r}L${x + r} ${y + s}H${x - r}Z`;
  if (point.shape === 'diamond') return `M${x} ${y - 1.2 * r}L${x + r} ${y}L${x} ${y + 1.2 * r}L${x - r} ${y}Z`;
  return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
}

/** Return the towns named on the map, the most important first, none upon another. */
function names(base: Base, scale: number, [left, upper, wide, high]: [number, number, number, number]): SVGElement[] {
  const taken: { x: number; y: number; w: number }[] = [];
  const towns = ofKind(base, 'town').sort(
    (a, b) => Number(a.properties['rank'] ?? 9) - Number(b.properties['rank'] ?? 9),
  );
  return towns.flatMap((one) => {
    if (one.geometry?.type !== 'Point' || taken.length >= 26) return [];
    const [x = 0, latitude = 0] = one.geometry.coordinates;
    const y = -rise(latitude);
    const name = String(one.properties['name'] ?? '');
    const w = (name.length * 6.2 + 10) * scale;
    const isInside = x > left && x + w < left + wide && y > upper && y < upper + high;
    if (
      !isInside ||
      taken.some((other) => Math.abs(other.y - y) < 15 * scale && x < other.x + other.w && other.x < x + w)
    )
      return [];
    taken.push({ x, y, w });
    return [
      svg('circle', { class: 'town-dot', cx: x, cy: y, r: 1.6 * scale }),
      svg(
        'text',
        { class: 'town', x: x + 4 * scale, y: y + 4 * scale, 'font-size': 11.5 * scale, 'stroke-width': 2.5 * scale },
        name,
      ),
    ];
  });
}

function scaleBar(scale: number, [left, upper, , high]: [number, number, number, number]): SVGElement {
  const middle = (2 * Math.atan(Math.exp((-(upper + high / 2) * Math.PI) / 180)) - Math.PI / 2) as number;
  const pixelKm = scale * 111.32 * Math.cos(middle);
  const km = [10, 20, 50, 100, 200, 500, 1000].find((one) => one / pixelKm > 60) ?? 1000;
  const [x, y, length] = [left + 12 * scale, upper + high - 12 * scale, (km / pixelKm) * scale];
  return svg(
    'g',
    { class: 'scale-bar' },
    svg('path', { d: `M${x} ${y - 5 * scale}v${5 * scale}h${length}v${-5 * scale}` }),
    svg('text', { x: x + length + 5 * scale, y, 'font-size': 11 * scale }, t('{km} km', { km: number(km) })),
  );
}
