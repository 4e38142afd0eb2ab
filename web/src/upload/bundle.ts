import { createCRC32 } from 'hash-wasm';
import type { Found } from './kind';

/**
 * Files that go as one zip: the photos of a flight, the parts of a Shapefile. Name
 * and size are known at once; the zip itself needs the check sum of every file, so
 * it is made by reading all of them once. Nothing is compressed, entries stand in
 * the order of their names and have no times: the same files are the same bytes,
 * and are known when they come again. The zip refers to the files on the disk; it
 * is never in memory.
 */
export class Bundle {
  readonly size: number;
  private readonly parts: readonly Found[];

  /** `parts` have the paths that they get in the zip. */
  constructor(readonly name: string, parts: readonly Found[]) {
    this.parts = [...parts].sort((a, b) => (a.path < b.path ? -1 : 1));
    const { local, tail } = headers(this.parts.map(({ path, file }) => ({ path, size: file.size, crc: 0 })));
    this.size = local.reduce((sum, head, i) => sum + head.length + this.parts[i]!.file.size, tail.length);
  }

  /** Reads every file once and returns the zip. `onDone` hears which share is read. A file that cannot be read rejects. */
  async seal(onDone: (share: number) => void, signal: AbortSignal): Promise<File> {
    const all = this.parts.reduce((sum, { file }) => sum + file.size, 0) || 1;
    const entries: Entry[] = [];
    let read = 0;
    for (const { path, file } of this.parts) {
      const crc = await crcOf(file, (n) => onDone((read + n) / all), signal);
      entries.push({ path, size: file.size, crc });
      read += file.size;
    }
    const { local, tail } = headers(entries);
    return new File([...this.parts.flatMap(({ file }, i) => [local[i]!, file]), tail], this.name, { type: 'application/zip' });
  }
}

const chunk = 4 << 20; // short enough that the page answers meanwhile

async function crcOf(file: Blob, onDone: (bytes: number) => void, signal: AbortSignal): Promise<number> {
  const crc = await createCRC32();
  crc.init();
  for (let at = 0; at < file.size; at += chunk) {
    signal.throwIfAborted();
    crc.update(new Uint8Array(await file.slice(at, at + chunk).arrayBuffer()));
    onDone(Math.min(file.size, at + chunk));
  }
  return Number.parseInt(crc.digest('hex'), 16);
}

export interface Entry {
  path: string;
  size: number;
  crc: number;
}

/** The header before each file, and what stands behind the last. PKWARE APPNOTE 6.3.10: stored, names in UTF-8, 1980-01-01; ZIP64 where the zip is longer than 4 GiB. */
export function headers(entries: readonly Entry[]): { local: Uint8Array<ArrayBuffer>[]; tail: Uint8Array<ArrayBuffer> } {
  const local: Uint8Array<ArrayBuffer>[] = [];
  const central: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const { path, size, crc } of entries) {
    if (size >= limit) throw new RangeError(`${path} is longer than 4 GiB`);
    const name = new TextEncoder().encode(path);
    const common = (version: number): Field[] => [[2, version], [2, utf8], [2, stored], [2, 0], [2, firstDay], [4, crc], [4, size], [4, size], [2, name.length]];
    const far = at >= limit;
    local.push(bytes([[4, 0x04034b50], ...common(20), [2, 0]], name));
    central.push(bytes(
      [[4, 0x02014b50], [2, far ? 45 : 20], ...common(far ? 45 : 20), [2, far ? 12 : 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, far ? limit : at]],
      name, far ? bytes([[2, 1], [2, 8], [8, at]]) : new Uint8Array(),
    ));
    at += local.at(-1)!.length + size;
  }
  const length = central.reduce((sum, c) => sum + c.length, 0);
  const [n, far] = [entries.length, at >= limit || entries.length >= 0xffff];
  const far64 = far
    ? [bytes([[4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, n], [8, n], [8, length], [8, at]]), bytes([[4, 0x07064b50], [4, 0], [8, at + length], [4, 1]])]
    : [];
  const end = bytes([[4, 0x06054b50], [2, 0], [2, 0], [2, far ? 0xffff : n], [2, far ? 0xffff : n], [4, far ? limit : length], [4, far ? limit : at], [2, 0]]);
  return { local, tail: joined([...central, ...far64, end]) };
}

const limit = 0xffffffff; // where 32 bits end
const utf8 = 0x0800;
const stored = 0;
const firstDay = 0x21; // 1980-01-01

/** A number of some bytes, least first. */
type Field = [width: 2 | 4 | 8, value: number];

function bytes(fields: readonly Field[], ...more: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const out = new DataView(new ArrayBuffer(fields.reduce((sum, [width]) => sum + width, 0)));
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 8) out.setBigUint64(at, BigInt(value), true);
    else if (width === 4) out.setUint32(at, value, true);
    else out.setUint16(at, value, true);
    at += width;
  }
  return joined([new Uint8Array(out.buffer), ...more]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}
