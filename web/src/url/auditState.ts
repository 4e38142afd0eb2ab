import type { MapPosition } from '../map/scene';
import { positionOf } from './mapState';

/** Two parcels of an overlap: features of the register, and of the register or the one against it. */
export interface Pair {
  a: number;
  b: number;
}

/** The areas, in m², that an audit counts its overlaps by. */
export const thresholds = [0, 0.01, 1, 100, 10_000] as const;

/** Everything of the page of an audit that the address carries. */
export interface AuditState {
  position: MapPosition | null;
  panel: boolean;
  over: number; // m²: what is no larger is not listed; one of the thresholds
  pair: Pair | null; // the overlap chosen
}

export function auditStateOf(params: URLSearchParams): AuditState {
  return {
    position: positionOf(params.get('map')),
    panel: params.get('panel') !== '0',
    over: thresholds.find((m2) => String(m2) === params.get('over')) ?? 0,
    pair: pairOf(params.get('overlap')),
  };
}

/** Reads `a_b`; null when it is not such, or an id is none that a number holds. */
export function pairOf(text: string | null): Pair | null {
  const found = /^(-?\d{1,16})_(-?\d{1,16})$/.exec(text ?? '');
  if (!found) return null;
  const [a, b] = [Number(found[1]), Number(found[2])];
  return Number.isSafeInteger(a) && Number.isSafeInteger(b) ? { a, b } : null;
}

/** Writes `a_b`. */
export function pairText({ a, b }: Pair): string {
  return `${a}_${b}`;
}
