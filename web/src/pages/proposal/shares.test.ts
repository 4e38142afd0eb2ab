import { describe, expect, it } from 'vitest';
import type { Cut } from '../../kernel/codec';
import { dividedPieces, seated, swapped, totals } from './shares';

const cut = (left: number, right: number, whole: number): Cut => {
  const m = (v: number) => ({ plane: v * 1.0005, ellipsoidal: v });
  return { divided: left + right > 0, left: m(left), right: m(right), whole: m(whole) };
};
const pieces = [{ n: 1, sides: [1, 2] }, { n: 2, sides: [2, 3, 1] }, { n: 3, sides: [1, 3] }];
const cuts = [cut(600, 400, 0), cut(100, 300, 0), cut(0, 0, 50)];

describe('what a line gives to whom', () => {
  it('the first party sits left, the second right', () => {
    const [one, two, three] = dividedPieces(pieces, cuts, new Map());
    expect(one).toMatchObject({ left: { side: 1, m2: 600, part: 0.6, beyondEven: 100 }, right: { side: 2, m2: 400, part: 0.4, beyondEven: -100 } });
    expect(two).toMatchObject({ seats: [2, 3] });
    expect(three).toMatchObject({ divided: false, wholeM2: 50 });
  });

  it('totals count divided ground only, and add up', () => {
    const sums = totals(dividedPieces(pieces, cuts, new Map()));
    expect(sums.map((s) => [s.side, s.m2, s.beyondEven])).toEqual([[1, 600, 100], [2, 500, -200], [3, 300, 100]]);
    expect(sums.reduce((sum, s) => sum + s.part, 0)).toBeCloseTo(1);
  });

  it('swapping twice is as before', () => {
    const once = swapped(dividedPieces(pieces, cuts, new Map()), new Map());
    expect(once).toEqual(new Map([[1, [2, 1]], [2, [3, 2]], [3, [3, 1]]]));
    expect(swapped(dividedPieces(pieces, cuts, once), once).size).toBe(0);
  });

  it('a third party takes a seat, and no party sits on both sides', () => {
    const before = dividedPieces(pieces, cuts, new Map());
    expect(seated(before[1]!, new Map(), 'right', 1)).toEqual(new Map([[2, [2, 1]]]));
    expect(seated(before[0]!, new Map(), 'left', 2)).toEqual(new Map([[1, [2, 1]]]));
  });

  it('seats that do not fit the piece are as if nothing was said', () => {
    expect(dividedPieces(pieces, cuts, new Map([[1, [9, 1]]]))[0]!.seats).toEqual([1, 2]);
    expect(dividedPieces(pieces, cuts, new Map([[1, [2, 2]]]))[0]!.seats).toEqual([1, 2]);
  });
});
