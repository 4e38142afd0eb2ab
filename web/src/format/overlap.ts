import { mu } from './area';
import { fixed } from './number';

const least = 0.0001;

/**
 * Writes the area of an overlap, which may be 10 hectares or a sliver of a mm²:
 * two decimals of a 亩, and more only as far as it takes to show two digits, down
 * to a ten-thousandth.
 */
export function overlapMuText(m2: number): string {
  return small(mu(m2));
}

/** The same in m², with a decimal for what is large. */
export function overlapM2Text(m2: number): string {
  return m2 >= 100 ? fixed(m2, 1) : small(m2);
}

function small(value: number): string {
  if (value < least) return value > 0 ? `< ${least}` : fixed(0, 2);
  return fixed(value, Math.min(4, Math.max(2, 1 - Math.floor(Math.log10(value)))));
}
