import type { Area, Contested } from '../api/types';
import { fixed, range } from './number';

const squareMetresPerMu = 2000 / 3;
const defaultDecimals = 2;
const maxDecimals = 3;

/** Converts square metres to 亩; exact, 15 亩 are one hectare. */
export function mu(m2: number): number {
  return m2 / squareMetresPerMu;
}

/**
 * Says how many decimals of a 亩 figure its accuracy carries: one digit beyond
 * the leading digit of the half-width. ±0.36 亩 gives 2, ±4 亩 gives 1, ±40 亩
 * gives 0. A half-width of zero says that no accuracy is known: 2.
 */
export function muDecimals(halfWidthMu: number): number {
  if (!(halfWidthMu > 0)) return defaultDecimals;
  return Math.min(maxDecimals, Math.max(0, 1 - Math.floor(Math.log10(halfWidthMu))));
}

/** Says how many decimals suit areas that bound the same ground, in any order. */
export function boundsDecimals(...areas: Area[]): number {
  const values = areas.map((a) => mu(a.m2));
  const width = Math.max(...values) - Math.min(...values);
  return muDecimals(width / 2);
}

/** Decimals for one area alone: from its 1σ, doubled as the bounds are. */
export function sigmaDecimals(area: Area): number {
  return muDecimals(mu(2 * area.sigma_m2));
}

/** Writes an area in 亩 without its unit. */
export function muText(area: Area, decimals: number): string {
  return fixed(mu(area.m2), decimals);
}

/** The figures of a contested area as they stand on the page. */
export interface ContestedText {
  nominal: string;
  bounds: string;
  m2: string;
  ha: string;
  decimals: number;
}

/** Writes a contested area: nominal 亩, its core and outer bounds, then m² and hectares. */
export function contestedText(c: Contested): ContestedText {
  const decimals = boundsDecimals(c.core, c.outer);
  return {
    nominal: muText(c.nominal, decimals),
    bounds: range(muText(c.core, decimals), muText(c.outer, decimals)),
    m2: fixed(c.nominal.m2, decimals - 1),
    ha: fixed(c.nominal.m2 / 10_000, decimals + 1),
    decimals,
  };
}
