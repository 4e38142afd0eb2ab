import { describe, expect, it } from 'vitest';
import { overlapM2Text, overlapMuText } from './overlap';
import { thinSpace } from './number';

describe('the area of an overlap', () => {
  it.each([
    [3000, '4.50'],
    [1_234_567, `1${thinSpace}851.85`],
    [66.67, '0.10'],
    [10, '0.015'],
    [1, '0.0015'],
    [0.1, '0.0002'],
    [0.05, '< 0.0001'],
    [0, '0.00'],
  ])('of %d m² in mu is %s', (m2, want) => expect(overlapMuText(m2)).toBe(want));

  it.each([
    [3000, `3${thinSpace}000.0`],
    [99.994, '99.99'],
    [1.2, '1.20'],
    [0.0321, '0.032'],
    [0.00012, '0.0001'],
    [0.00001, '< 0.0001'],
  ])('of %d m² is %s', (m2, want) => expect(overlapM2Text(m2)).toBe(want));
});
