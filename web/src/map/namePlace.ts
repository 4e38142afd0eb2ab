import type { XY } from './thin';

/** A rectangle in map units: west, south, east, north. */
export type Box = readonly [number, number, number, number];

/** Where a party's name stands: at a vertex of its line, lying to the east or the west of it. */
export interface NamePlace {
  at: XY;
  towards: 'east' | 'west';
}

const candidates = 72;

/**
 * Finds the place at a ring where a plate of the given size (map units) keeps
 * farthest from what must not be covered. The plate lies towards the inside of
 * the ring, so that a view of the whole ring shows the whole name.
 */
export function namePlace(ring: readonly XY[], width: number, height: number, obstacles: readonly Box[]): NamePlace | null {
  const step = Math.max(1, Math.floor(ring.length / candidates));
  const xs = ring.map((v) => v[0]);
  const middle = (Math.min(...xs) + Math.max(...xs)) / 2;
  let best: NamePlace | null = null;
  let bestClearance = -Infinity;
  for (let i = 0; i < ring.length; i += step) {
    const at = ring[i]!;
    const towards = at[0] < middle ? 'east' : 'west';
    const clearance = Math.min(...obstacles.map((o) => gap(plateAt(at, towards, width, height), o)), Infinity);
    const better = obstacles.length > 0 ? clearance > bestClearance : -at[1] > bestClearance;
    if (better) [best, bestClearance] = [{ at, towards }, obstacles.length > 0 ? clearance : -at[1]];
  }
  return best;
}

/** The rectangle of a plate that lies beside a place. */
export function plateAt([x, y]: XY, towards: 'east' | 'west', width: number, height: number): Box {
  return towards === 'east' ? [x, y - height / 2, x + width, y + height / 2] : [x - width, y - height / 2, x, y + height / 2];
}

/** The distance between two rectangles; below zero by how deep they overlap. */
function gap(a: Box, b: Box): number {
  const dx = Math.max(b[0] - a[2], a[0] - b[2]);
  const dy = Math.max(b[1] - a[3], a[1] - b[3]);
  if (dx > 0 && dy > 0) return Math.hypot(dx, dy);
  return Math.max(dx, dy);
}
