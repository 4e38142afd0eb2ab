import { partyColours, tokens } from '../app/tokens';

/** The colour of a side on every map: 1 is 甲方. */
export function partyColour(side: number): string {
  const n = partyColours.length;
  return partyColours[(((side - 1) % n) + n) % n]!;
}

/** A `#rrggbb` colour with an opacity. */
export function withAlpha(hex: string, alpha: number): string {
  const v = Number.parseInt(hex.slice(1), 16);
  return `rgba(${v >> 16}, ${(v >> 8) & 255}, ${v & 255}, ${alpha})`;
}

/** Relative luminance after WCAG 2. */
function luminance(hex: string): number {
  const v = Number.parseInt(hex.slice(1), 16);
  const [r, g, b] = [v >> 16, (v >> 8) & 255, v & 255].map((c) => {
    const s = c / 255;
    return s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** Contrast of two `#rrggbb` colours after WCAG 2, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (hi! + 0.05) / (lo! + 0.05);
}

/** White or ink, whichever reads better on a colour. */
export function inkOn(hex: string): string {
  return contrast(hex, '#FFFFFF') >= 4.5 ? '#FFFFFF' : tokens.ink;
}

/** Steps of a calm sequential scale, pale to deep, for the map of areas. */
export const choropleth = ['#EAF2F9', '#C9DFF1', '#9CC4E4', '#639FD1', '#2F78B7', '#0B5CAD'] as const;

/** The step of value between low and high; no spread gives the middle. */
export function choroplethColour(value: number, low: number, high: number): string {
  const n = choropleth.length;
  const at = high > low ? Math.floor(((value - low) / (high - low)) * n) : n >> 1;
  return choropleth[Math.min(n - 1, Math.max(0, at))]!;
}
