import { fixed } from './number';

/** Writes a length on the ground to a centimetre, from 10 km on in kilometres. */
export function lengthText(metres: number): string {
  return metres >= 10_000 ? `${fixed(metres / 1000, 3)} km` : `${fixed(metres, 2)} m`;
}

/** Writes the standard deviation of a line; below 2 cm it takes a third decimal. */
export function sigmaText(metres: number): string {
  return `±${fixed(metres, metres < 0.02 ? 3 : 2)} m (1σ)`;
}

/** Writes a duration in hours and minutes, or minutes and seconds. */
export function durationText(seconds: number): string {
  const s = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, '0');
  if (s >= 3600) return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`;
  return `${Math.floor(s / 60)} min ${two(s % 60)} s`;
}

/** Writes a number of bytes. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${fixed(bytes / 1e3, 1)} kB`;
  if (bytes < 1e9) return `${fixed(bytes / 1e6, 1)} MB`;
  return `${fixed(bytes / 1e9, 2)} GB`;
}
