import type { Quality } from '../api/types';

/** Worst first: where points are thinned, the worse one is kept, so that no bad stretch hides. */
const badness: Record<Quality, number> = { single: 5, unknown: 1, dgps: 4, float: 3, ppp: 2, fixed: 0 };

/** What thinning needs to know of a point; x and y in map units. */
export interface Dot {
  x: number;
  y: number;
  quality: Quality;
  jump: boolean;
}

/**
 * Keeps at most one point a square of the given side, the worst of those in it;
 * jumps are always kept. The order of the points is kept too.
 */
export function thinDots<T extends Dot>(dots: readonly T[], side: number): T[] {
  const best = new Map<string, T>();
  const kept = new Set<T>();
  for (const dot of dots) {
    if (dot.jump) {
      kept.add(dot);
      continue;
    }
    const cell = `${Math.floor(dot.x / side)}:${Math.floor(dot.y / side)}`;
    const other = best.get(cell);
    if (!other || badness[dot.quality] > badness[other.quality]) best.set(cell, dot);
  }
  for (const dot of best.values()) kept.add(dot);
  return dots.filter((dot) => kept.has(dot));
}

/** A place in map units. */
export type XY = readonly [number, number];

/**
 * Places along a closed ring where a party's symbol stands: vertices at least
 * `spacing` apart along the ring, beginning with the first.
 */
export function symbolPlaces(ring: readonly XY[], spacing: number): XY[] {
  const places: XY[] = [];
  let since = Infinity;
  for (let i = 0; i + 1 < ring.length; i++) {
    if (i > 0) since += distance(ring[i - 1]!, ring[i]!);
    if (since >= spacing) {
      places.push(ring[i]!);
      since = 0;
    }
  }
  since += distance(ring[ring.length - 2] ?? [0, 0], ring[ring.length - 1] ?? [0, 0]);
  if (places.length > 1 && since < spacing) places.pop(); // it would stand beside the first
  return places;
}

function distance(a: XY, b: XY): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
