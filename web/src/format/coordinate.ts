/** Writes plane coordinates the surveyor's way: X is north, Y is east, to a millimetre. */
export function planeText(x: number, y: number): string {
  return `X(北) ${y.toFixed(3)}  Y(东) ${x.toFixed(3)}`;
}

/** Writes longitude and latitude to 6 decimals (0.1 m). */
export function lonLatText(lon: number, lat: number): string {
  const ew = lon < 0 ? 'W' : 'E';
  const ns = lat < 0 ? 'S' : 'N';
  return `${Math.abs(lon).toFixed(6)}°${ew} ${Math.abs(lat).toFixed(6)}°${ns}`;
}
