import { fontFamily, tokens } from '../app/tokens';
import type { DrawnPart } from '../kernel/codec';
import { withAlpha } from './colour';
import type { ToPixel } from './ownCanvas';
import type { XY } from './thin';

/** How large a proposal is drawn: for a desk, or for the back of a hall. */
export interface ProposalSize {
  line: number;
  handle: number; // radius
  text: number;
}

export const deskProposal: ProposalSize = { line: 3, handle: 6.5, text: 13 };
export const projectorProposal: ProposalSize = { line: 5, handle: 11, text: 24 };

/** Who would get a part: the colour and the short word of its side. */
export interface Owner {
  colour: string;
  word: string;
}

/** Paints each part in the colour of who would get it, with their word where there is room. */
export function paintParts(context: CanvasRenderingContext2D, toPixel: ToPixel, parts: readonly DrawnPart[], size: ProposalSize, ownerOf: (part: DrawnPart) => Owner): void {
  for (const part of parts) {
    const { colour, word } = ownerOf(part);
    context.beginPath();
    for (const ring of part.rings) {
      for (let i = 0; i + 1 < ring.length; i += 2) {
        const [x, y] = toPixel(ring[i]!, ring[i + 1]!);
        if (i === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      }
      context.closePath();
    }
    context.fillStyle = withAlpha(colour, 0.42);
    context.fill('evenodd');
    const { at: [x, y], area } = middleOf(part.rings[0]!, toPixel);
    if (area < 40 * size.text * size.text) continue;
    handle(context, x, y, size.text * 0.95, colour, 2);
    lettering(context, size.text);
    context.fillStyle = '#FFFFFF';
    context.fillText(word, x, y + size.text * 0.05);
  }
}

/** The centroid of a ring in pixels, and its area. */
function middleOf(ring: Float64Array, toPixel: ToPixel): { at: XY; area: number } {
  const [x0, y0] = toPixel(ring[0]!, ring[1]!);
  let [twice, mx, my, ax, ay] = [0, 0, 0, 0, 0];
  for (let i = 2; i + 1 < ring.length; i += 2) {
    const [x, y] = toPixel(ring[i]!, ring[i + 1]!);
    const [bx, by] = [x - x0, y - y0];
    const cross = ax * by - bx * ay;
    twice += cross;
    mx += cross * (ax + bx);
    my += cross * (ay + by);
    [ax, ay] = [bx, by];
  }
  return { at: twice === 0 ? [x0, y0] : [x0 + mx / (3 * twice), y0 + my / (3 * twice)], area: Math.abs(twice) / 2 };
}

/** Paints the line: long dashes on a white casing, a handle at each vertex, small ones between, and what it is. */
export function paintLine(context: CanvasRenderingContext2D, toPixel: ToPixel, line: readonly XY[], size: ProposalSize, drawing: boolean, label: string): void {
  if (line.length === 0) return;
  const points = line.map(([x, y]) => toPixel(x, y));
  const trace = () => {
    context.beginPath();
    points.forEach(([x, y], i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  };
  context.lineJoin = 'round';
  context.lineCap = 'butt';
  trace();
  context.setLineDash([]);
  context.strokeStyle = 'rgba(255, 255, 255, 0.95)';
  context.lineWidth = size.line + 4;
  context.stroke();
  trace();
  context.setLineDash([size.line * 6, size.line * 2.5]);
  context.strokeStyle = tokens.proposal;
  context.lineWidth = size.line;
  context.stroke();
  context.setLineDash([]);
  if (!drawing) for (const [x, y] of middles(points)) handle(context, x, y, size.handle * 0.55, '#FFFFFF', 1.5);
  points.forEach(([x, y], i) => {
    const end = i === 0 || i === points.length - 1;
    handle(context, x, y, size.handle, end ? tokens.proposal : '#FFFFFF', 2);
  });
  // The label stands at an end, which mostly lies outside of what is contested.
  const [x, y] = points[0]!;
  plate(context, x, y - size.text * 2, size.text, label);
}

/** The middles of the segments, where a new vertex can be pulled out. */
export function middles(points: readonly XY[]): XY[] {
  return points.slice(1).map(([x, y], i) => [(x + points[i]![0]) / 2, (y + points[i]![1]) / 2]);
}

function handle(context: CanvasRenderingContext2D, x: number, y: number, radius: number, fill: string, border: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = border;
  context.strokeStyle = fill === '#FFFFFF' ? tokens.proposal : '#FFFFFF';
  context.stroke();
}

function plate(context: CanvasRenderingContext2D, x: number, y: number, size: number, text: string): void {
  lettering(context, size);
  const width = context.measureText(text).width + size;
  context.fillStyle = tokens.proposal;
  context.beginPath();
  context.roundRect(x - width / 2, y - size * 0.85, width, size * 1.7, size * 0.3);
  context.fill();
  context.fillStyle = '#FFFFFF';
  context.fillText(text, x, y + size * 0.05);
}

function lettering(context: CanvasRenderingContext2D, size: number): void {
  context.font = `600 ${size}px ${fontFamily}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
}
