import { describe, expect, it } from 'vitest';
import type { WalkFix } from '../../map/walkLayers';
import { runsOf } from '../../map/walkLayers';
import { spansOf } from './chainage';

const degree = 1 / 111_320; // of latitude, a metre
const fix = (metres: number, quality: WalkFix['quality'], sigma: number, used = true): WalkFix => ({ lon: 109, lat: metres * degree, quality, sigma, used, gap: false });

describe('the error along a line', () => {
  it('is cut where the quality changes, and keeps the largest sigma', () => {
    // 0 ── fixed ── 10 ── fixed ── 20 ── float ── 40, in one part a quality
    const spans = spansOf([fix(0, 'fixed', 0.01), fix(10, 'fixed', 0.02), fix(20, 'float', 0.6), fix(40, 'float', 0.5)], 1);
    expect(spans.map((s) => [s.quality, Math.round(s.from), Math.round(s.to), s.sigma])).toEqual([['fixed', 0, 20, 0.6], ['float', 20, 40, 0.6]]);
  });

  it('passes over what was left out, and says nothing of one place', () => {
    expect(spansOf([fix(0, 'fixed', 0.01), fix(900, 'single', 9, false), fix(10, 'fixed', 0.01)], 1).map((s) => Math.round(s.to))).toEqual([10]);
    expect(spansOf([fix(0, 'fixed', 0.01)])).toEqual([]);
    expect(spansOf([])).toEqual([]);
  });
});

describe('a line cut by quality', () => {
  it('leaves no hole: each part reaches the first fix of the next', () => {
    const runs = runsOf([1, 2, 3, 4], (n) => (n < 3 ? 'a' : 'b'));
    expect(runs).toEqual([{ name: 'a', fixes: [1, 2, 3] }, { name: 'b', fixes: [3, 4] }]);
  });

  it('ends with the part before where only the last fix differs', () => {
    expect(runsOf([1, 2, 3], (n) => (n < 3 ? 'a' : 'b'))).toEqual([{ name: 'a', fixes: [1, 2, 3] }]);
    expect(runsOf([1], () => 'a')).toEqual([]);
  });
});
