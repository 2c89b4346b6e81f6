/** The map drawn by the graphics card; its code is large, so it comes after the first paint. One is kept and used again. */

import {
  Map as Large,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
  type GeoJSONSource,
  type MapMouseEvent,
} from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import type { Shape } from './api';
import { el } from './dom';
import { collect, iconOf, layersOf, SOURCES, styleOf } from './map_gl_style';
import type { Base, Box, MapSpec } from './map_spec';
import { areaText } from './map_svg';
import type { State } from './state';
import { t } from './words';

setWorkerUrl(workerUrl);

type Tip = (text: string | null, event?: MouseEvent) => void;
export interface GlMap {
  update(spec: MapSpec): void;
  box(): Box;
  /** Let go of it; the next map takes it over. */
  release(): void;
}
interface Kept {
  map: Large;
  holder: HTMLElement;
  key: string;
}
let spare: Kept | null = null;

async function take(key: string, place: HTMLElement, base: Base): Promise<Kept> {
  const found = spare;
  spare = null;
  if (found?.key === key) {
    place.append(found.holder);
    found.map.resize();
    return found;
  }
  found?.map.remove();
  const holder = el('div', { class: 'map-canvas' });
  place.append(holder);
  const map = new Large({
    container: holder,
    style: styleOf(base),
    bounds: base.box,
    ...(base.edge ? { maxBounds: wider(base.edge) } : {}),
    renderWorldCopies: false,
    attributionControl: false,
    cooperativeGestures: true, // the page scrolls under a finger; two fingers move the map
    dragRotate: false,
    pitchWithRotate: false,
    maxZoom: 12,
    minZoom: 2,
    fadeDuration: 0,
    locale: words(),
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), 'top-left');
  map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-left');
  map.setMissingStyleImageResolver((id) => {
    const icon = iconOf(id);
    if (icon && !map.hasImage(id)) map.addImage(id, icon, { pixelRatio: 2 });
  });
  await new Promise<void>((resolve) => map.once('load', () => resolve()));
  return { map, holder, key };
}

/** Return how far the map may be moved: beyond the edge there is no land to draw, but a wide frame must still hold the whole country. */
function wider([west, south, east, north]: Box): Box {
  const [across, up] = [east - west, north - south];
  return [Math.max(west - across, -180), Math.max(south - up / 2, -85), Math.min(east + across, 180), Math.min(north + up / 2, 85)];
}

function words(): Record<string, string> {
  return {
    'NavigationControl.ZoomIn': t('Zoom in'),
    'NavigationControl.ZoomOut': t('Zoom out'),
    'Map.Title': t('Map'),
    'CooperativeGesturesHandler.WindowsHelpText': t('Hold Ctrl and scroll to zoom the map'),
    'CooperativeGesturesHandler.MacHelpText': t('Hold ⌘ and scroll to zoom the map'),
    'CooperativeGesturesHandler.MobileHelpText': t('Use two fingers to move the map'),
  };
}

/** Return the large map in a place, looking where the address says. */
export async function glMap(place: HTMLElement, base: Base, state: State, tip: Tip): Promise<GlMap> {
  const key = [base.home, state.language, document.documentElement.dataset['theme']].join();
  const kept = await take(key, place, base);
  const { map, holder } = kept;
  const at = state.get('at').split(',').map(Number);
  if (at.length === 3 && at.every(Number.isFinite)) map.jumpTo({ center: [at[0] ?? 0, at[1] ?? 0], zoom: at[2] ?? 4 });
  let shown: MapSpec | null = null;
  const empty = new Set<string>(); // sources with nothing in them
  const moved = (event: { originalEvent?: unknown }): void => {
    if (!event.originalEvent) return; // moved by the page, not by a hand
    const { lng, lat } = map.getCenter();
    state.keep({ at: `${lng.toFixed(3)},${lat.toFixed(3)},${map.getZoom().toFixed(2)}` });
  };
  const over = (event: MapMouseEvent): void => {
    const found = shown ? underHand(map, shown, event) : null;
    map.getCanvas().classList.toggle('can-pick', Boolean(found?.pick));
    tip(found?.text ?? null, event.originalEvent);
  };
  const out = (): void => tip(null);
  const click = (event: MapMouseEvent): void => (shown ? underHand(map, shown, event)?.pick?.() : undefined);
  map.on('moveend', moved);
  map.on('mousemove', over);
  map.on('mouseout', out);
  map.on('click', click);
  return {
    update: (spec) => {
      shown = spec;
      map.getCanvas().setAttribute('aria-label', spec.label);
      const data = collect(spec);
      for (const name of SOURCES) {
        const isEmpty = data[name].features.length === 0;
        if (isEmpty && empty.has(name)) continue; // as before: no layer need be laid out anew
        if (isEmpty) empty.add(name);
        else empty.delete(name);
        (map.getSource(name) as GeoJSONSource | undefined)?.setData(data[name] as GeoJSON.FeatureCollection);
      }
      for (const layer of layersOf('heat')) map.setLayoutProperty(layer, 'visibility', spec.heat ? 'visible' : 'none');
      for (const layer of layersOf('points'))
        map.setLayoutProperty(layer, 'visibility', spec.heat ? 'none' : 'visible');
    },
    box: () => {
      const bounds = map.getBounds();
      return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    },
    release: () => {
      map.off('moveend', moved);
      map.off('mousemove', over);
      map.off('mouseout', out);
      map.off('click', click);
      holder.remove();
      spare?.map.remove();
      spare = kept;
    },
  };
}

interface Found {
  text: string;
  pick: (() => void) | undefined;
}

/** Return what lies under the hand: a point before a road, a road before an area. */
function underHand(map: Large, spec: MapSpec, event: MapMouseEvent): Found | null {
  const { x, y } = event.point;
  const near: [[number, number], [number, number]] = [[x - 4, y - 4], [x + 4, y + 4]]; // prettier-ignore
  const layers = [...layersOf('points'), ...layersOf('lines'), 'areas', 'areas-missing'].filter((one) =>
    map.getLayer(one),
  );
  const hits = map.queryRenderedFeatures(near, { layers });
  const id = (hit: { properties: unknown }): string => String((hit.properties as Shape['properties'])['id']);
  const point = hits.find((one) => one.source === 'points');
  const line = hits.find((one) => one.source === 'lines');
  const area = hits.find((one) => one.source === 'areas');
  const onPoint = point && spec.points?.find((one) => one.id === id(point));
  if (onPoint) return { text: onPoint.label, pick: onPoint.onPick };
  const onLine = line && spec.lines?.find((one) => one.id === id(line));
  if (onLine) return { text: onLine.label, pick: onLine.onPick };
  if (!area || !spec.areas) return null;
  const { onPick, values } = spec.areas;
  const name = String((area.properties as Shape['properties'])['name']);
  return {
    text: areaText(spec, name, values.get(id(area)) ?? null),
    pick: onPick ? () => onPick(id(area)) : undefined,
  };
}
