/** A place in the working CRS of a case: [east, north] in metres. */
export type EastNorth = readonly [number, number];

/** The rings of a piece as the API gives them, shell first. */
export type Rings = readonly (readonly (readonly number[])[])[];

/** Plane and ellipsoidal square metres of one ground. */
export interface Measured {
  plane: number;
  ellipsoidal: number;
}

/** What a line makes of one piece; `whole` is what it assigns to no side. */
export interface Cut {
  divided: boolean;
  left: Measured;
  right: Measured;
  whole: Measured;
}

/** A part of a divided piece, for drawing: rings of x and y in EPSG:3857, one after the other. */
export interface DrawnPart {
  piece: number; // its place in the list laid on the table
  side: -1 | 0 | 1; // right, neither, left
  rings: Float64Array[];
}

/** How many figures the kernel gives for a piece. */
export const columns = 7;

/** Writes pieces as the kernel reads them (cmd/kernelwasm). */
export function piecesToNumbers(pieces: readonly Rings[]): Float64Array {
  const numbers: number[] = [];
  for (const piece of pieces) {
    numbers.push(piece.length);
    for (const ring of piece) {
      numbers.push(ring.length);
      for (const [east = NaN, north = NaN] of ring) numbers.push(east, north);
    }
  }
  return Float64Array.from(numbers);
}

/** Writes a line as the kernel reads it. */
export function lineToNumbers(line: readonly EastNorth[]): Float64Array {
  const numbers = new Float64Array(2 * line.length);
  line.forEach(([east, north], i) => {
    numbers[2 * i] = east;
    numbers[2 * i + 1] = north;
  });
  return numbers;
}

/** Reads the figures of all pieces. */
export function cutsOf(figures: Float64Array): Cut[] {
  const cuts: Cut[] = [];
  for (let i = 0; i + columns <= figures.length; i += columns) {
    const at = (k: number): Measured => ({ plane: figures[i + k]!, ellipsoidal: figures[i + k + 1]! });
    cuts.push({ divided: figures[i] === 1, left: at(1), right: at(3), whole: at(5) });
  }
  return cuts;
}

/** Reads the parts of the divided pieces. */
export function partsOf(numbers: Float64Array): DrawnPart[] {
  const parts: DrawnPart[] = [];
  for (let i = 0; i < numbers.length; ) {
    const part: DrawnPart = { piece: numbers[i]!, side: numbers[i + 1] as DrawnPart['side'], rings: [] };
    const rings = numbers[i + 2]!;
    i += 3;
    for (let r = 0; r < rings; r++) {
      const end = i + 1 + 2 * numbers[i]!;
      part.rings.push(numbers.subarray(i + 1, end));
      i = end;
    }
    parts.push(part);
  }
  return parts;
}
