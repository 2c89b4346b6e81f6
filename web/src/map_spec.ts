/** What a map shows, said once for both ways of drawing it. */

import type { Row, Shapes } from './api';
import type { Scale } from './map_scale';

export type Tone = 1 | 2 | 3 | 4 | 5 | 6;
export interface MapAreas {
  shapes: Shapes;
  values: Map<string, number | null>;
  scale: Scale;
  /** What the values count, for the tip: "deaths". */
  picked?: string;
  onPick?: (code: string) => void;
}
export interface MapPoint {
  id: string;
  longitude: number;
  latitude: number;
  label: string;
  /** 0 to 1: the area of the mark follows it. */
  size?: number;
  shape?: 'circle' | 'square' | 'triangle' | 'diamond';
  tone?: Tone;
  hollow?: boolean;
  onPick?: () => void;
}
export const LINE_STATES = ['plain', 'used', 'open', 'unknown', 'contested', 'closed', 'picked'] as const;
export type LineState = (typeof LINE_STATES)[number];
export interface MapLine {
  id: string;
  coordinates: number[][][];
  label: string;
  state: LineState;
  /** 1 is a usual road. */
  width?: number;
  onPick?: () => void;
}
/** A mark and what it stands for; marks are "point-<shape>-<tone>", "point-<shape>-<tone>-hollow", "line-<state>" or "heat". */
export type LegendKey = readonly [mark: string, text: string];
export interface MapSpec {
  /** What the map shows, for whoever does not see it. */
  label: string;
  /** Above the legend: what is counted, and its unit. */
  title: string;
  unit?: string;
  areas?: MapAreas;
  points?: MapPoint[];
  /** Draw the points as heat, not one by one. */
  heat?: boolean;
  lines?: MapLine[];
  legend?: LegendKey[];
  asOf?: string;
}
export type Box = [west: number, south: number, east: number, north: number];

/** What lies behind every map: the pack's own shapes, never tiles from elsewhere. */
export interface Base {
  around: Shapes;
  regions: Shapes;
  box: Box;
  /** How far the pack's land reaches; null where it has none around. */
  edge: Box | null;
  home: string;
}

/** Return the P-code of an area's shape. */
export function codeOf(properties: Row): string {
  return String(properties['pcode'] ?? '');
}

/** Return the radius of a point's mark in pixels. */
export function radiusOf(point: MapPoint): number {
  return point.size === undefined ? 4.5 : 3 + 17 * Math.sqrt(Math.max(0, Math.min(1, point.size)));
}
