import type { XY } from './thin';

/** What a hand took hold of: a vertex, the middle after vertex `index`, or the line between. */
export interface Hit {
  on: 'vertex' | 'middle' | 'line';
  index: number;
}

/** What lies within reach of a pixel: the nearest vertex first, then a middle, then the line. */
export function hitOf(at: XY, vertices: readonly XY[], middles: readonly XY[], reach: number): Hit | null {
  const vertex = nearestIndex(vertices, at, reach);
  if (vertex !== null) return { on: 'vertex', index: vertex };
  const middle = nearestIndex(middles, at, reach);
  if (middle !== null) return { on: 'middle', index: middle };
  for (let i = 1; i < vertices.length; i++) {
    if (distanceToSegment(at, vertices[i - 1]!, vertices[i]!) <= reach * 0.7) return { on: 'line', index: i - 1 };
  }
  return null;
}

/** The nearest of places within reach. */
export function nearest(places: readonly XY[], at: XY, reach: number): XY | null {
  const index = nearestIndex(places, at, reach);
  return index === null ? null : places[index]!;
}

function nearestIndex(places: readonly XY[], [x, y]: XY, reach: number): number | null {
  let [best, found] = [reach * reach, null as number | null];
  for (let i = 0; i < places.length; i++) {
    const [dx, dy] = [places[i]![0] - x, places[i]![1] - y];
    const d = dx * dx + dy * dy;
    if (d <= best) [best, found] = [d, i];
  }
  return found;
}

function distanceToSegment([x, y]: XY, [ax, ay]: XY, [bx, by]: XY): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length2));
  return Math.hypot(ax + t * dx - x, ay + t * dy - y);
}
