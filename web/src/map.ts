/** Maps: drawn as SVG at once, then by the graphics card where there is one; the legend and the words stay the same. */

import { areaShapes, shapesOf, type Geometry, type Shape, type Shapes } from './api';
import { el, svg } from './dom';
import type { GlMap } from './map_gl';
import type { Base, Box, LegendKey, MapSpec, Tone } from './map_spec';
import { outline, svgMap } from './map_svg';
import type { State } from './state';
import { monthName, t } from './words';

export { classScale, type Scale } from './map_scale';
export type { LineState, MapAreas, MapLine, MapPoint, MapSpec } from './map_spec';

export interface MapView {
  update(spec: MapSpec): void;
  remove(): void;
}

/** Return the box around shapes. */
export function boxOf(shapes: Shapes): Box {
  const box: Box = [180, 90, -180, -90];
  const widen = (inside: unknown): void => {
    if (!Array.isArray(inside)) return;
    if (typeof inside[0] !== 'number') return inside.forEach(widen);
    const [x, y] = inside as [number, number];
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  };
  shapes.features.forEach((one) => widen((one.geometry as Geometry | null)?.coordinates));
  return box;
}

const NONE: Shapes = { type: 'FeatureCollection', features: [] };
const LATER = 400; // milliseconds of rest before the SVG behind the large map follows it
const TOWN = 15000; // residents from which a place is named

/** Return what lies behind: neighbours, rivers, lakes and borders, the regions, and the towns of the country. */
async function readBase(state: State): Promise<Base> {
  const everywhere = { admin1_code: null, admin2_code: null, as_of: null };
  const [around, regions, towns] = await Promise.all([
    shapesOf('basemap', state, everywhere).catch(() => NONE),
    areaShapes(state, 1),
    shapesOf('places', state, { ...everywhere, kind: 'capital,town', population: TOWN, iso3: state.country }).catch(
      () => NONE,
    ),
  ]);
  const [west, south, east, north] = boxOf(regions);
  const margin = 0.03 * (east - west);
  const box: Box = [west - margin, south - margin, east + margin, north + margin];
  const edge = around.features.some((one) => one.properties['kind'] === 'country') ? boxOf(around) : null;
  return {
    around: { ...around, features: [...around.features, ...towns.features.map(asTown)] },
    regions,
    box,
    edge,
    home: state.country,
  };
}

/** Return a town of the country as the basemap has towns: the larger, the sooner it is named. */
function asTown(place: Shape): Shape {
  const people = Math.max(1, Number(place.properties['population'] ?? 1));
  return { ...place, properties: { name: place.properties['name'] ?? '', kind: 'town', rank: 6 - Math.log10(people) } };
}

function hasGraphics(state: State): boolean {
  if (state.get('map') === 'svg') return false;
  try {
    return document.createElement('canvas').getContext('webgl2') !== null;
  } catch {
    return false;
  }
}

/** Draw a map with its legend and disclaimer into an element. */
export async function drawMap(root: HTMLElement, state: State, spec: MapSpec): Promise<MapView> {
  const place = el('div', { class: 'map-place' });
  const tip = el('div', { class: 'map-tip', hidden: true, 'aria-hidden': 'true' });
  const legend = el('figcaption', { class: 'map-legend small' });
  const figure = el('figure', { class: 'map' }, el('div', { class: 'map-frame' }, place, tip), legend);
  root.append(figure);
  const base = await readBase(state);
  let shown = spec;
  let box = base.box;
  let large: GlMap | null = null;
  let isGone = false;
  let later = 0;

  const tell = (text: string | null, event?: MouseEvent): void => {
    tip.hidden = text === null;
    if (text === null || !event) return;
    tip.textContent = text;
    const frame = place.getBoundingClientRect();
    tip.style.setProperty('left', `${Math.min(event.clientX - frame.left + 12, frame.width - tip.offsetWidth - 4)}px`);
    tip.style.setProperty('top', `${Math.max(0, event.clientY - frame.top - 32)}px`);
  };
  const drawSmall = (): void => {
    const size = { width: place.clientWidth || 640, height: place.clientHeight || 440 };
    place.querySelector('.map-svg')?.remove();
    place.prepend(svgMap(shown, base, box, size, tell));
  };
  const drawLegend = (): void => legend.replaceChildren(...legendOf(shown));
  drawSmall();
  drawLegend();
  const watch = new ResizeObserver(() => {
    if (!large) drawSmall();
  });
  watch.observe(place);
  // On paper the SVG stands for the canvas, at the part of the country then shown.
  const onPaper = (): void => {
    if (large) box = large.box();
    drawSmall();
  };
  window.addEventListener('beforeprint', onPaper);
  if (hasGraphics(state)) {
    void afterPaint()
      .then(() => import('./map_gl'))
      .then((code) => (isGone ? null : code.glMap(place, base, state, tell)))
      .then((made) => {
        if (!made) return;
        if (isGone) return made.release();
        large = made;
        large.update(shown);
        place.classList.add('map-large');
      })
      .catch((problem: unknown) => console.warn('The large map is not drawn; the small one stays.', problem));
  }
  return {
    update: (next) => {
      shown = next;
      drawLegend();
      window.clearTimeout(later);
      if (!large) return drawSmall();
      large.update(next);
      later = window.setTimeout(drawSmall, LATER); // it lies behind, for paper
    },
    remove: () => {
      isGone = true;
      window.clearTimeout(later);
      watch.disconnect();
      window.removeEventListener('beforeprint', onPaper);
      large?.release();
      figure.remove();
    },
  };
}

/** The ladder and the tables are painted before the code of the large map is asked for. */
function afterPaint(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
}

function legendOf(spec: MapSpec): Node[] {
  const title = [spec.title, spec.unit, spec.asOf ? monthName(spec.asOf) : ''].filter(Boolean).join(', ');
  const keys: Node[] = [];
  if (spec.areas) {
    const { scale, values } = spec.areas;
    const classes = Array.from({ length: scale.steps.length + 1 }, (_, at) => at);
    keys.push(...classes.map((at) => key(swatch(`area area-${at + 1}`), scale.text(at))));
    if ([...values.values()].some((one) => one === null) || hasHoles(spec))
      keys.push(key(swatch('key-missing'), t('no data')));
  }
  keys.push(...(spec.legend ?? []).map(([mark, text]: LegendKey) => key(markOf(mark), text)));
  return [
    el('strong', { class: 'map-title' }, title),
    el('div', { class: 'keys' }, ...keys),
    el(
      'p',
      { class: 'quiet disclaimer' },
      t('Boundaries and names shown do not imply endorsement or acceptance by anybody.'),
    ),
  ];
}

function hasHoles(spec: MapSpec): boolean {
  return (
    spec.areas?.shapes.features.some((one) => !spec.areas?.values.has(String(one.properties['pcode'] ?? ''))) ?? false
  );
}

function key(mark: Node, text: string): HTMLElement {
  return el('span', { class: 'map-key' }, mark, text);
}

function swatch(className: string): SVGElement {
  return svg(
    'svg',
    { width: 22, height: 14, 'aria-hidden': 'true' },
    svg('rect', {
      class: className,
      x: 0.5,
      y: 0.5,
      width: 21,
      height: 13,
      fill: className === 'key-missing' ? 'url(#missing-key)' : null,
    }),
    className === 'key-missing' ? keyHatch() : null,
  );
}

function keyHatch(): SVGElement {
  return svg('path', { class: 'missing-stroke', d: 'M0 6 6 0M0 13 13 0M6 14 20 0M13 14 22 5M20 14 22 12' });
}

function markOf(mark: string): SVGElement {
  const [kind = '', name = '', tone = '1', hollow = ''] = mark.split('-');
  const inside =
    kind === 'line'
      ? svg('path', { class: `road road-${name}`, d: 'M1 7H27', 'stroke-width': 2.5 })
      : kind === 'heat'
        ? svg('circle', { class: 'heat', cx: 14, cy: 7, r: 7 })
        : svg('path', {
            class: `point tone-${tone as unknown as Tone} ${hollow}`,
            d: outline({ shape: name as 'circle' }, 14, 7, 5.5),
          });
  return svg('svg', { width: 28, height: 14, 'aria-hidden': 'true' }, inside);
}
