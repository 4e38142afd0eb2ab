/**
 * The piece that a key chooses: arrows go round the pieces, a digit names one, 0
 * and Escape show all (null). Undefined for a key that chooses nothing.
 */
export function pieceAfterKey(key: string, current: number | null, numbers: readonly number[]): number | null | undefined {
  if (key === '0' || key === 'Escape') return null;
  if (/^[1-9]$/.test(key)) return numbers.includes(Number(key)) ? Number(key) : undefined;
  const step = key === 'ArrowDown' || key === 'ArrowRight' || key === 'PageDown' ? 1 : key === 'ArrowUp' || key === 'ArrowLeft' || key === 'PageUp' ? -1 : 0;
  if (step === 0 || numbers.length === 0) return undefined;
  const at = current === null ? (step > 0 ? -1 : 0) : numbers.indexOf(current);
  return numbers[(at + step + numbers.length) % numbers.length];
}
