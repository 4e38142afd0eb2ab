// Walks as an RTK receiver would record them: RTKLIB .pos, one fix a second.

const metresPerLat = 110_790; // near 24.25° N, on the ellipsoid
const metresPerLon = 101_585;

/** A closed walk around a rectangle given in metres east and north of a place. */
export function posFile([lon, lat], [west, south, east, north]) {
  const corners = [[west, south], [east, south], [east, north], [west, north], [west, south]];
  const lines = ['% program   : RTKPOST', '%  GPST                      latitude(deg) longitude(deg)  height(m)   Q  ns   sdn(m)   sde(m)   sdu(m)  sdne(m)  sdeu(m)  sdun(m) age(s)  ratio'];
  const start = Date.UTC(2025, 2, 10, 1, 0, 0);
  let n = 0;
  for (let c = 0; c + 1 < corners.length; c++) {
    const [[x1, y1], [x2, y2]] = [corners[c], corners[c + 1]];
    const steps = Math.ceil(Math.hypot(x2 - x1, y2 - y1) / 1.5);
    for (let i = 0; i < steps; i++) lines.push(fix(start + 1000 * n++, [x1 + ((x2 - x1) * i) / steps, y1 + ((y2 - y1) * i) / steps]));
  }
  return Buffer.from(`${lines.join('\n')}\n`);

  function fix(at, [x, y]) {
    const time = new Date(at).toISOString().replace('T', ' ').replace('Z', '').replaceAll('-', '/');
    return `${time}   ${(lat + y / metresPerLat).toFixed(9)}  ${(lon + x / metresPerLon).toFixed(9)}   180.0000   1  18   0.0150   0.0150   0.0300   0.0000   0.0000   0.0000   1.00   12.0`;
  }
}
