import { describe, expect, it } from 'vitest';
import { Bundle, headers } from './bundle';

const never = new AbortController().signal;
const file = (path: string, text: string) => ({ path, file: new File([text], path.split('/').pop()!) });

/** Reads a zip as a program that has only its end would: end, central directory, local header, bytes. */
async function unzip(zip: Blob): Promise<Record<string, { crc: number; text: string }>> {
  const all = new DataView(await zip.arrayBuffer());
  const text = (at: number, length: number) => new TextDecoder().decode(new Uint8Array(all.buffer, at, length));
  const end = all.byteLength - 22;
  expect(all.getUint32(end, true)).toBe(0x06054b50);
  const out: Record<string, { crc: number; text: string }> = {};
  let at = all.getUint32(end + 16, true);
  for (let n = all.getUint16(end + 10, true); n > 0; n -= 1) {
    expect(all.getUint32(at, true)).toBe(0x02014b50);
    const [crc, size, name, extra, from] = [all.getUint32(at + 16, true), all.getUint32(at + 24, true), all.getUint16(at + 28, true), all.getUint16(at + 30, true), all.getUint32(at + 42, true)];
    expect(all.getUint32(from, true)).toBe(0x04034b50);
    expect([all.getUint32(from + 14, true), all.getUint32(from + 22, true)]).toEqual([crc, size]);
    out[text(at + 46, name)] = { crc, text: text(from + 30 + all.getUint16(from + 26, true), size) };
    at += 46 + name + extra;
  }
  expect(at).toBe(end);
  return out;
}

describe('a bundle', () => {
  it('is a zip of its files byte for byte, of the size that was told before', async () => {
    const bundle = new Bundle('航飞.zip', [file('b/照片.jpg', '123456789'), file('a.jpg', '')]);
    const shares: number[] = [];
    const zip = await bundle.seal((done) => shares.push(done), never);
    expect([zip.name, zip.size]).toEqual(['航飞.zip', bundle.size]);
    expect(await unzip(zip)).toEqual({ 'a.jpg': { crc: 0, text: '' }, 'b/照片.jpg': { crc: 0xcbf43926, text: '123456789' } }); // the check value of CRC-32
    expect(shares.at(-1)).toBe(1);
  });

  it('is the same bytes whatever order the files come in, so that it can be gone on with', async () => {
    const parts = [file('2.jpg', 'zwei'), file('1.jpg', 'eins')];
    const [one, two] = await Promise.all([parts, [...parts].reverse()].map(async (p) => new Uint8Array(await (await new Bundle('x.zip', p).seal(() => {}, never)).arrayBuffer())));
    expect(one).toEqual(two);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(new Bundle('x.zip', [file('1.jpg', 'eins')]).seal(() => {}, stop.signal)).rejects.toThrow();
  });
});

describe('the headers of a zip longer than 4 GiB', () => {
  it('say where its later files are in 64 bits', () => {
    const [half, gib] = [3 * 2 ** 30, 2 ** 30];
    const { local, tail } = headers([{ path: 'a', size: half, crc: 1 }, { path: 'b', size: gib, crc: 2 }, { path: 'c', size: 5, crc: 3 }]);
    const at = new DataView(tail.buffer);
    const start = half + gib + 5 + local.reduce((sum, head) => sum + head.length, 0);
    const end = tail.length - 22;
    expect(at.getUint32(end + 16, true)).toBe(0xffffffff);
    const locator = end - 20;
    expect(at.getUint32(locator, true)).toBe(0x07064b50);
    const end64 = Number(at.getBigUint64(locator + 8, true)) - start;
    expect(at.getUint32(end64, true)).toBe(0x06064b50);
    expect([Number(at.getBigUint64(end64 + 32, true)), Number(at.getBigUint64(end64 + 48, true))]).toEqual([3, start]);
    const third = 2 * 47; // the entry of c, behind two of 46 bytes and a letter
    expect([at.getUint32(third, true), at.getUint32(third + 42, true)]).toEqual([0x02014b50, 0xffffffff]);
    expect(Number(at.getBigUint64(third + 46 + 1 + 4, true))).toBe(start - 5 - local[2]!.length);
  });

  it('are refused for a file longer than that itself', () => {
    expect(() => headers([{ path: 'a', size: 2 ** 32, crc: 0 }])).toThrow(RangeError);
  });
});
