import { tokens } from '../app/tokens';
import { withAlpha } from './colour';

/** What a hatch is made of; sizes in CSS pixels. */
export interface Hatch {
  key: string;
  size: number; // side of the repeating square
  background: string;
  ink: string;
  mark: 'lines' | 'dots';
  width: number; // of a line, or diameter of a dot
}

const [coreTint, nominalTint] = [0.38, 0.18];

/** The tint that, laid over `below`, gives `total`. */
export function tintOver(total: number, below: number): number {
  return 1 - (1 - total) / (1 - below);
}

/** The hatches of contested ground. All carry ink, so they survive black-and-white print. */
export const hatches = {
  core: { key: 'core', size: 10, background: withAlpha(tokens.contested, coreTint), ink: withAlpha(tokens.contested, 0.75), mark: 'lines', width: 1.4 },
  coreOnNominal: { key: 'core on nominal', size: 10, background: withAlpha(tokens.contested, tintOver(coreTint, nominalTint)), ink: withAlpha(tokens.contested, 0.6), mark: 'lines', width: 1.4 },
  nominal: { key: 'nominal', size: 10, background: withAlpha(tokens.contested, nominalTint), ink: withAlpha(tokens.contested, 0.6), mark: 'lines', width: 1 },
  tolerance: { key: 'tolerance', size: 7, background: withAlpha(tokens.tolerance, 0.22), ink: withAlpha('#4A4A4A', 0.85), mark: 'dots', width: 1.8 },
} as const satisfies Record<string, Hatch>;

/**
 * The strokes of a 45° hatch in one square, as lines that meet the neighbours'
 * without a gap: the diagonal, and its ends in the two far corners.
 */
export function diagonals(size: number): [number, number, number, number][] {
  const over = size / 4;
  return [
    [-over, size + over, size + over, -over],
    [-over, over, over, -over],
    [size - over, size + over, size + over, size - over],
  ];
}

const patterns = new Map<string, CanvasPattern>();

/** The canvas pattern of a hatch for a screen of so many device pixels a CSS pixel; made once. */
export function hatchPattern(hatch: Hatch, ratio: number): CanvasPattern {
  const key = `${hatch.key}@${ratio}`;
  const known = patterns.get(key);
  if (known) return known;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.round(hatch.size * ratio);
  const ctx = canvas.getContext('2d')!;
  ctx.scale(canvas.width / hatch.size, canvas.height / hatch.size);
  ctx.fillStyle = hatch.background;
  ctx.fillRect(0, 0, hatch.size, hatch.size);
  if (hatch.mark === 'lines') drawLines(ctx, hatch);
  else drawDots(ctx, hatch);
  const pattern = ctx.createPattern(canvas, 'repeat')!;
  patterns.set(key, pattern);
  return pattern;
}

function drawLines(ctx: CanvasRenderingContext2D, hatch: Hatch): void {
  ctx.strokeStyle = hatch.ink;
  ctx.lineWidth = hatch.width;
  ctx.beginPath();
  for (const [x1, y1, x2, y2] of diagonals(hatch.size)) {
    ctx.moveTo(x1, y1);
    ctx.lineTo(x2, y2);
  }
  ctx.stroke();
}

function drawDots(ctx: CanvasRenderingContext2D, hatch: Hatch): void {
  ctx.fillStyle = hatch.ink;
  for (const at of [hatch.size * 0.25, hatch.size * 0.75]) {
    ctx.beginPath();
    ctx.arc(at, at, hatch.width / 2, 0, 2 * Math.PI);
    ctx.fill();
  }
}
