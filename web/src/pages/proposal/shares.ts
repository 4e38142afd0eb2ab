import type { Cut } from '../../kernel/codec';
import type { Seats } from '../../url/proposalLine';

/** A piece by its number, with the sides of the case that claim it. */
export interface PieceSides {
  n: number;
  sides: readonly number[];
}

/** What one party would get of a piece. */
export interface Share {
  side: number; // of the case: 1 is 甲方
  m2: number; // ellipsoidal
  part: number; // of the piece, 0 to 1
  beyondEven: number; // m² more than half of what the line divides; negative: less
}

/** A piece under a line. */
export interface DividedPiece {
  n: number;
  sides: readonly number[];
  seats: Seats;
  divided: boolean;
  left: Share;
  right: Share;
  wholeM2: number; // assigned to nobody
}

/** Who sits where: as the mediator said, else the first party left and the second right. */
export function seatsAt(piece: PieceSides, seats: ReadonlyMap<number, Seats>): Seats {
  const said = seats.get(piece.n);
  if (said && said[0] !== said[1] && said.every((side) => piece.sides.includes(side))) return said;
  return [piece.sides[0] ?? 1, piece.sides[1] ?? 2];
}

/** The pieces with what each party would get; cuts are in the order of the pieces. */
export function dividedPieces(pieces: readonly PieceSides[], cuts: readonly Cut[], seats: ReadonlyMap<number, Seats>): DividedPiece[] {
  return cuts.flatMap((cut, i) => {
    const piece = pieces[i];
    if (!piece) return [];
    const [left, right, whole] = [cut.left.ellipsoidal, cut.right.ellipsoidal, cut.whole.ellipsoidal];
    const [all, even] = [left + right + whole, (left + right) / 2];
    const at = seatsAt(piece, seats);
    const share = (side: number, m2: number): Share => ({ side, m2, part: all > 0 ? m2 / all : 0, beyondEven: m2 - even });
    return [{ n: piece.n, sides: piece.sides, seats: at, divided: cut.divided, left: share(at[0], left), right: share(at[1], right), wholeM2: whole }];
  });
}

/** What each party would get in all, over the pieces that the line divides, by side of the case. */
export function totals(pieces: readonly DividedPiece[]): Share[] {
  const bySide = new Map<number, Share>();
  let all = 0;
  for (const piece of pieces.filter((p) => p.divided)) {
    all += piece.left.m2 + piece.right.m2;
    for (const { side, m2, beyondEven } of [piece.left, piece.right]) {
      const sum = bySide.get(side) ?? { side, m2: 0, part: 0, beyondEven: 0 };
      bySide.set(side, { ...sum, m2: sum.m2 + m2, beyondEven: sum.beyondEven + beyondEven });
    }
  }
  return [...bySide.values()].sort((a, b) => a.side - b.side).map((s) => ({ ...s, part: all > 0 ? s.m2 / all : 0 }));
}

/** Changes seats in the pieces named; a piece that is back to the usual is left out. */
export function swapped(pieces: readonly DividedPiece[], seats: ReadonlyMap<number, Seats>): Map<number, Seats> {
  const next = new Map(seats);
  for (const { n, seats: [left, right], sides } of pieces) seat(next, { n, sides }, [right, left]);
  return next;
}

/** Seats two parties at a piece. A party that moves to the other's place changes with them. */
export function seated(piece: DividedPiece, seats: ReadonlyMap<number, Seats>, place: 'left' | 'right', side: number): Map<number, Seats> {
  const [left, right] = piece.seats;
  const next = new Map(seats);
  if (place === 'left') seat(next, piece, [side, side === right ? left : right]);
  else seat(next, piece, [side === left ? right : left, side]);
  return next;
}

function seat(seats: Map<number, Seats>, piece: PieceSides, at: Seats): void {
  const usual = seatsAt(piece, new Map());
  if (at[0] === usual[0] && at[1] === usual[1]) seats.delete(piece.n);
  else seats.set(piece.n, at);
}
