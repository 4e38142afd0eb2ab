/** A narrow no-break space: groups digits without a comma that some read as a decimal. */
export const thinSpace = '\u202f';

/** Writes value with fixed decimals and digits grouped in threes; a rounded zero loses its sign. */
export function fixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(Math.max(0, decimals));
  const [whole = '0', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, thinSpace);
  const sign = value < 0 && Number(text) !== 0 ? '\u2212' : '';
  return sign + grouped + (fraction ? '.' + fraction : '');
}

/** Writes a count, digits grouped. */
export function count(value: number): string {
  return fixed(value, 0);
}

/** Writes a bounded figure: low, en dash with spaces, high. */
export function range(low: string, high: string): string {
  return `${low} – ${high}`;
}

/**
 * Rounds part / whole to a percentage with two decimals, half up, in integer
 * arithmetic so that 3 840 of 4 604 is 83.41 and no binary fraction tips it.
 * Null when there is no whole.
 */
export function percent(part: number, whole: number): number | null {
  if (whole <= 0) return null;
  return Math.floor((part * 10_000 * 2 + whole) / (2 * whole)) / 100;
}

/** Writes a percentage with two decimals, or a dash when there is none. */
export function percentText(value: number | null | undefined): string {
  return value === null || value === undefined ? '—' : `${value.toFixed(2)} %`;
}
