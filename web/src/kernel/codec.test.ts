import { describe, expect, it } from 'vitest';
import { cutsOf, lineToNumbers, partsOf, piecesToNumbers } from './codec';

describe('the numbers between page and kernel', () => {
  it('a piece is its rings, a ring its vertices', () => {
    const hole = [[2, 2], [3, 2], [2, 2]];
    expect([...piecesToNumbers([[[[0, 0], [9, 0], [0, 0]], hole], [[[5, 6]]]])]).toEqual([2, 3, 0, 0, 9, 0, 0, 0, 3, 2, 2, 3, 2, 2, 2, 1, 1, 5, 6]);
    expect([...lineToNumbers([[1, 2], [3, 4]])]).toEqual([1, 2, 3, 4]);
  });

  it('figures are seven a piece', () => {
    expect(cutsOf(Float64Array.of(1, 10, 11, 20, 21, 0, 0, 0, 0, 0, 0, 0, 30, 31))).toEqual([
      { divided: true, left: { plane: 10, ellipsoidal: 11 }, right: { plane: 20, ellipsoidal: 21 }, whole: { plane: 0, ellipsoidal: 0 } },
      { divided: false, left: { plane: 0, ellipsoidal: 0 }, right: { plane: 0, ellipsoidal: 0 }, whole: { plane: 30, ellipsoidal: 31 } },
    ]);
  });

  it('parts follow each other', () => {
    const parts = partsOf(Float64Array.of(0, 1, 1, 2, 1, 2, 3, 4, 3, -1, 2, 1, 5, 6, 1, 7, 8));
    expect(parts.map((p) => [p.piece, p.side, p.rings.map((r) => [...r])])).toEqual([
      [0, 1, [[1, 2, 3, 4]]],
      [3, -1, [[5, 6], [7, 8]]],
    ]);
  });
});
