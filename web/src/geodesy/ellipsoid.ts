import geodesic from 'geographiclib-geodesic';

/**
 * The CGCS2000 ellipsoid. It differs from WGS 84 by 0.1 mm in the semi-minor
 * axis, so one set of figures serves both.
 */
const cgcs2000 = new geodesic.Geodesic.Geodesic(6378137, 1 / 298.257222101);

/** A place in degrees: longitude, latitude. */
export type LonLat = readonly [number, number];

/** Length of a line along geodesics of the ellipsoid, in metres (Karney 2013). */
export function ellipsoidalLength(line: readonly LonLat[]): number {
  let sum = 0;
  for (let i = 1; i < line.length; i++) {
    const [lon1, lat1] = line[i - 1]!;
    const [lon2, lat2] = line[i]!;
    sum += cgcs2000.Inverse(lat1, lon1, lat2, lon2, geodesic.Geodesic.DISTANCE).s12 ?? 0;
  }
  return sum;
}

/**
 * Area of a ring on the ellipsoid in square metres, whichever way it winds. The
 * ring may be open or closed; fewer than three places enclose nothing.
 */
export function ellipsoidalArea(ring: readonly LonLat[]): number {
  if (ring.length < 3) return 0;
  const polygon = cgcs2000.Polygon(false);
  const first = ring[0]!;
  const last = ring[ring.length - 1]!;
  const closed = first[0] === last[0] && first[1] === last[1];
  for (const [lon, lat] of closed ? ring.slice(0, -1) : ring) polygon.AddPoint(lat, lon);
  return Math.abs(polygon.Compute(false, true).area ?? 0);
}
