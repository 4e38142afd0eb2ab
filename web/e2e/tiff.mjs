/**
 * A square GeoTIFF of half-metre pixels, not compressed: one strip, little endian, its north-west corner at x, y.
 * Without epsg it says no CRS. value(row, column) is a pixel: numbers of 8 bits, or one of 16.
 */
export function tiff({ pixels, x, y, epsg, bits = 8, samples = 3, value }) {
  const bytes = bits / 8;
  const data = Buffer.alloc(pixels * pixels * samples * bytes);
  let at = 0;
  for (let row = 0; row < pixels; row += 1) {
    for (let column = 0; column < pixels; column += 1) {
      for (const v of [value(row, column)].flat()) at = bytes === 2 ? data.writeUInt16LE(v, at) : data.writeUInt8(v, at);
    }
  }
  const [shorts, longs, doubles] = [3, 4, 12];
  const entries = [
    [256, longs, [pixels]], [257, longs, [pixels]], [258, shorts, Array(samples).fill(bits)], [259, shorts, [1]], [262, shorts, [samples === 3 ? 2 : 1]], [273, longs, [8]], [277, shorts, [samples]],
    [278, longs, [pixels]], [279, longs, [data.length]], [284, shorts, [1]], [33550, doubles, [0.5, 0.5, 0]], [33922, doubles, [0, 0, 0, x, y, 0]],
    ...(epsg ? [[34735, shorts, [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, epsg]]] : []),
  ];
  const start = 8 + data.length;
  const directory = Buffer.alloc(2 + 12 * entries.length + 4);
  directory.writeUInt16LE(entries.length, 0);
  const beyond = [];
  let end = start + directory.length;
  entries.forEach(([tag, kind, values], i) => {
    const size = { [shorts]: 2, [longs]: 4, [doubles]: 8 }[kind];
    const packed = Buffer.alloc(Math.max(4, values.length * size));
    values.forEach((v, k) => (kind === doubles ? packed.writeDoubleLE(v, k * size) : packed.writeUIntLE(v, k * size, size)));
    const entry = 2 + 12 * i;
    directory.writeUInt16LE(tag, entry);
    directory.writeUInt16LE(kind, entry + 2);
    directory.writeUInt32LE(values.length, entry + 4);
    if (packed.length === 4) return void packed.copy(directory, entry + 8);
    directory.writeUInt32LE(end, entry + 8);
    beyond.push(packed);
    end += packed.length;
  });
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1');
  head.writeUInt32LE(start, 4);
  return Buffer.concat([head, data, directory, ...beyond]);
}
