const two = (n: number) => String(n).padStart(2, '0');

/** Writes an instant in the reader's zone, to a minute. */
export function timeText(rfc3339: string): string {
  const t = new Date(rfc3339);
  if (Number.isNaN(t.getTime())) return rfc3339;
  return `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())} ${two(t.getHours())}:${two(t.getMinutes())}`;
}

/** Writes an instant in UTC, to a second, for the hover. */
export function utcText(rfc3339: string): string {
  const t = new Date(rfc3339);
  if (Number.isNaN(t.getTime())) return rfc3339;
  return t.toISOString().replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}

/** First day of the month after `yyyy-mm`, as a date; the exclusive end of a month filter. */
export function monthAfter(month: string): string {
  const [y = 0, m = 1] = month.split('-').map(Number);
  return m === 12 ? `${y + 1}-01-01` : `${y}-${two(m + 1)}-01`;
}
