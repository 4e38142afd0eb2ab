import { describe, expect, it } from 'vitest';
import { lineOf, lineText, seatsOf, seatsText, toMillimetre } from './proposalLine';

describe('the line of a proposal in the address', () => {
  it('goes round to the millimetre', () => {
    const line = [[632028.076, 2683593.911], [632040.421, 2683590.711], [631999.999, 2683590.712]].map((p) => toMillimetre(p as [number, number]));
    expect(lineText(line)).toBe('632028076_2683593911_12345_-3200_-40422_1');
    expect(lineOf(lineText(line))).toEqual(line);
  });

  it('is begun with no vertex, and is not there without its name', () => {
    expect(lineOf(lineText([]))).toEqual([]);
    expect(lineOf(null)).toBeNull();
  });

  it.each(['', '1_2', '1_2_3', 'x', '1_2_3_4_5', '1.5_2_3_4', '1_2__3_4', '12345678901234_1_2_3'])('%s is no line', (text) => expect(lineOf(text)).toEqual([]));
});

describe('who sits where', () => {
  it('goes round', () => {
    const seats = new Map([[2, [2, 1]], [10, [3, 1]]] as const);
    expect(seatsText(seats as never)).toBe('2-2-1_10-3-1');
    expect(seatsOf('2-2-1_10-3-1')).toEqual(seats);
  });

  it('leaves out what it cannot read', () => {
    expect(seatsOf('2-2_x_3-1-2')).toEqual(new Map([[3, [1, 2]]]));
    expect(seatsOf(null).size).toBe(0);
    expect(seatsText(new Map())).toBeUndefined();
  });
});
