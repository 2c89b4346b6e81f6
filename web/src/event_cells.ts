/** Events too many to draw one by one: the service counts them by square cell, for the months asked for. */

import { getJson, viewUrl, type Filters, type Shapes } from './api';
import type { Box, MapPoint } from './map_spec';
import type { State } from './state';
import { t } from './words';

const ZOOM = 5; // cells of some forty kilometres at the equator

function column(longitude: number): number {
  return Math.floor(((longitude + 180) / 360) * 2 ** ZOOM);
}

function row(latitude: number): number {
  const sine = Math.sin((latitude * Math.PI) / 180);
  return Math.floor((0.5 - Math.atanh(sine) / (2 * Math.PI)) * 2 ** ZOOM);
}

export interface EventCells {
  marks: MapPoint[];
  /** Events in all cells together. */
  count: number;
}

/** Return a mark for each cell of a box that holds events which pass the filters, its area by their number. */
export async function eventCells(state: State, filters: Filters, box: Box): Promise<EventCells> {
  const [west, south, east, north] = box;
  const wanted: Promise<Shapes>[] = [];
  for (let x = column(west); x <= column(east); x += 1)
    for (let y = row(north); y <= row(south); y += 1)
      wanted.push(getJson<Shapes>(viewUrl(`tiles/events/${ZOOM}/${x}/${y}`, state, filters)));
  const cells = (await Promise.all(wanted)).flatMap((one) => one.features);
  const most = Math.max(1, ...cells.map((one) => Number(one.properties['events'])));
  const marks = cells.flatMap((one, at) => {
    if (one.geometry?.type !== 'Polygon') return [];
    const [[w = 0, s = 0] = [], , [e = 0, n = 0] = []] = one.geometry.coordinates[0] ?? [];
    const [events, deaths] = [Number(one.properties['events']), Number(one.properties['deaths'])];
    return {
      id: `cell-${at}`,
      longitude: (w + e) / 2,
      latitude: (s + n) / 2,
      label: t('{count} events, {deaths} deaths', { count: events, deaths }),
      size: events / most / 4, // a quarter of the largest mark: neighbours stay apart
      shape: 'square' as const,
      tone: 2 as const,
    };
  });  return { marks, count: cells.reduce((sum, one) => sum + Number(one.properties['events']), 0) };
}
