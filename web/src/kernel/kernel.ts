import { columns, cutsOf, lineToNumbers, partsOf, piecesToNumbers, type Cut, type DrawnPart, type EastNorth, type Rings } from './codec';
import kernelURL from './built/kernel.wasm?url';

/** What cmd/kernelwasm puts on the global object. */
interface Exported {
  version: string;
  lay(srid: number, numbers: Uint8Array): string;
  divide(line: Uint8Array, figures: Uint8Array): string;
  parts(): Uint8Array;
}

interface Go {
  importObject: WebAssembly.Imports;
  run(instance: WebAssembly.Instance): Promise<void>;
}

declare global {
  // wasm_exec.js of the Go toolchain and the kernel put these here.
  var Go: (new () => Go) | undefined; // eslint-disable-line no-var
  var jieshiKernel: Exported | undefined; // eslint-disable-line no-var
}

/** Says why there is no kernel: the browser has no WebAssembly, or it did not arrive. */
export class KernelMissing extends Error {
  constructor(readonly why: 'unsupported' | 'unreachable', cause?: unknown) {
    super(why, { cause });
    this.name = 'KernelMissing';
  }
}

/** The overlay kernel of the server, in this page. It has one table. */
export class Kernel {
  private pieces = 0;
  private figures = new Float64Array(0);

  constructor(private readonly exported: Exported) {}

  /** The rules that it computes by. */
  get version(): string {
    return this.exported.version;
  }

  /** Lays pieces on the table in the place of those before. */
  lay(srid: number, pieces: readonly Rings[]): void {
    check(this.exported.lay(srid, bytes(piecesToNumbers(pieces))));
    this.pieces = pieces.length;
    this.figures = new Float64Array(columns * this.pieces);
  }

  /** Divides all pieces by a line; a cut for each, in their order. */
  divide(line: readonly EastNorth[]): Cut[] {
    check(this.exported.divide(bytes(lineToNumbers(line)), bytes(this.figures)));
    return cutsOf(this.figures);
  }

  /** The parts that the last line made, in map units. */
  parts(): DrawnPart[] {
    const content = this.exported.parts();
    return partsOf(new Float64Array(content.buffer, content.byteOffset, content.byteLength / 8));
  }
}

let loading: Promise<Kernel> | null = null;

/** Loads the kernel once for the page; after a failure, anew. */
export function loadKernel(): Promise<Kernel> {
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load(): Promise<Kernel> {
  if (typeof WebAssembly !== 'object' || typeof BigInt64Array === 'undefined') throw new KernelMissing('unsupported');
  try {
    // @ts-expect-error a script of the Go toolchain that puts Go on the global object; no module
    await import('./built/wasm_exec.js');
    const go = new globalThis.Go!();
    const { instance } = await WebAssembly.instantiateStreaming(fetch(kernelURL), go.importObject);
    void go.run(instance); // returns when the page closes
  } catch (error) {
    throw new KernelMissing('unreachable', error);
  }
  if (!globalThis.jieshiKernel) throw new KernelMissing('unreachable');
  return new Kernel(globalThis.jieshiKernel);
}

function bytes(numbers: Float64Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function check(error: string): void {
  if (error) throw new Error(error);
}
