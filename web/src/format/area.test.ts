import { describe, expect, it } from 'vitest';
import type { Area } from '../api/types';
import { boundsDecimals, contestedText, mu, muDecimals, sigmaDecimals } from './area';

const area = (mus: number, sigma = 0): Area => {
  const m2 = (mus * 2000) / 3;
  return { m2, mu: mus, ha: m2 / 1e4, method: 'ellipsoidal', sigma_m2: sigma };
};

describe('mu', () => {
  it('is 2000/3 m², so that a hectare is 15 mu', () => {
    expect(mu(10_000)).toBeCloseTo(15, 12);
  });
});

describe('decimals of a mu figure', () => {
  it.each([
    [0.365, 2], [0.099, 3], [0.1, 2], [0.004, 3], [1, 1], [4.2, 1], [10, 0], [365, 0], [0, 2], [Number.NaN, 2],
  ])('a half-width of %d mu carries %d decimals', (halfWidth, want) => {
    expect(muDecimals(halfWidth)).toBe(want);
  });

  it('come from the widest of the areas in whatever order', () => {
    expect(boundsDecimals(area(12.71), area(11.98))).toBe(2);
    expect(boundsDecimals(area(0), area(90))).toBe(0);
  });

  it('of one area come from 2σ', () => {
    expect(sigmaDecimals(area(12, 100))).toBe(2); // 2σ = 0.3 mu
    expect(sigmaDecimals(area(12, 1000))).toBe(1); // 2σ = 3 mu
  });
});

describe('a contested area', () => {
  it('reads as in the design', () => {
    const text = contestedText({ nominal: { ...area(12.34), m2: 8226.7 }, core: area(11.98), outer: area(12.71) });
    expect(text.nominal).toBe('12.34');
    expect(text.bounds).toBe('11.98 – 12.71');
    expect(text.m2).toBe('8\u202f226.7');
    expect(text.ha).toBe('0.823');
  });

  it('shows no decimals that wide bounds do not carry', () => {
    const text = contestedText({ nominal: area(1234.567), core: area(1100), outer: area(1400) });
    expect(text.nominal).toBe('1\u202f235');
    expect(text.bounds).toBe('1\u202f100 – 1\u202f400');
    expect(text.ha).toBe('82.3');
  });
});
