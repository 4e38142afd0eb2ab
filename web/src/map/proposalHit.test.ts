import { describe, expect, it } from 'vitest';
import { hitOf, nearest } from './proposalHit';
import { middles } from './proposalPaint';
import type { XY } from './thin';

/*
   0         50        100
   o----------x----------o      a line of two vertices (o) with its middle (x)
*/
const line: XY[] = [[0, 0], [100, 0]];
const hit = (x: number, y: number) => hitOf([x, y], line, middles(line), 10);

describe('a hand takes hold of', () => {
  it('a vertex within reach', () => expect(hit(96, 5)).toEqual({ on: 'vertex', index: 1 }));
  it('the middle, which becomes a vertex', () => expect(hit(52, 6)).toEqual({ on: 'middle', index: 0 }));
  it('the line, to move it as a whole', () => expect(hit(25, 6)).toEqual({ on: 'line', index: 0 }));
  it('nothing farther away', () => expect(hit(25, 12)).toBeNull());
});

describe('snapping', () => {
  const stones: XY[] = [[10, 10], [14, 10]];
  it('takes the nearest within reach', () => expect(nearest(stones, [13, 11], 5)).toEqual([14, 10]));
  it('leaves the rest alone', () => expect(nearest(stones, [30, 30], 5)).toBeNull());
});
