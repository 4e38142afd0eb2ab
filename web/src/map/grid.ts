/** A grid line: its coordinate, and whether it is one of constant east (x) or north (y). */
export interface GridLine {
  axis: 'x' | 'y';
  value: number;
}

const steps = [1, 2, 5];

/** The round step (1, 2 or 5 times a power of ten, in metres) that is at least `atLeast`. */
export function gridStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  for (const s of steps) if (s * power >= atLeast * (1 - 1e-12)) return s * power;
  return 10 * power;
}

/** The grid lines of a step inside a plane rectangle [west, south, east, north]; at most `limit` an axis. */
export function gridLines(box: readonly [number, number, number, number], step: number, limit = 60): GridLine[] {
  return [...along('x', box[0], box[2], step, limit), ...along('y', box[1], box[3], step, limit)];
}

function along(axis: GridLine['axis'], from: number, to: number, step: number, limit: number): GridLine[] {
  const first = Math.ceil(from / step);
  const last = Math.min(Math.floor(to / step), first + limit - 1);
  const lines: GridLine[] = [];
  for (let i = first; i <= last; i++) lines.push({ axis, value: i * step });
  return lines;
}

/** Writes a step: 500 m, 2 km. */
export function stepText(step: number): string {
  return step >= 1000 ? `${step / 1000} km` : `${step} m`;
}
