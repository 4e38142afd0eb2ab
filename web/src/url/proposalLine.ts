import type { EastNorth } from '../kernel/codec';

const most = 500; // vertices

/**
 * Reads the line of a proposal from the address. Null: no proposal is on the
 * table. An empty line: one is being begun, or what stood there was no line.
 */
export function lineOf(text: string | null): readonly EastNorth[] | null {
  if (text === null) return null;
  const numbers = /^-?\d{1,12}(_-?\d{1,12})*$/.test(text) ? text.split('_').map(Number) : [];
  if (numbers.length < 4 || numbers.length % 2 !== 0 || numbers.length > 2 * most) return [];
  const line: EastNorth[] = [];
  let [east, north] = [0, 0];
  for (let i = 0; i < numbers.length; i += 2) {
    east += numbers[i]!;
    north += numbers[i + 1]!;
    line.push([east / 1000, north / 1000]);
  }
  return line;
}

/** Writes a line: millimetres east and north of its first vertex, then the step to each next. */
export function lineText(line: readonly EastNorth[]): string {
  if (line.length === 0) return 'new';
  let [east, north] = [0, 0];
  return line
    .flatMap((p) => {
      const [x, y] = [Math.round(p[0] * 1000), Math.round(p[1] * 1000)];
      const step = [x - east, y - north];
      [east, north] = [x, y];
      return step;
    })
    .join('_');
}

/** Brings a place to the millimetre on which lines are kept. */
export function toMillimetre(p: EastNorth): EastNorth {
  return [Math.round(p[0] * 1000) / 1000, Math.round(p[1] * 1000) / 1000];
}

/** Who gets the ground on the left and on the right of the line, by side of the case. */
export type Seats = readonly [left: number, right: number];

/** Reads who sits where, by number of piece; only what differs from the usual. */
export function seatsOf(text: string | null): ReadonlyMap<number, Seats> {
  const seats = new Map<number, Seats>();
  for (const entry of (text ?? '').split('_')) {
    const [n, left, right] = /^(\d{1,6})-(\d{1,3})-(\d{1,3})$/.exec(entry)?.slice(1).map(Number) ?? [];
    if (n !== undefined) seats.set(n, [left!, right!]);
  }
  return seats;
}

/** Writes who sits where; undefined when all is as usual. */
export function seatsText(seats: ReadonlyMap<number, Seats>): string | undefined {
  const text = [...seats].sort(([a], [b]) => a - b).map(([n, [left, right]]) => `${n}-${left}-${right}`).join('_');
  return text || undefined;
}
