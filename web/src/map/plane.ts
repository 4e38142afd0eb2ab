import proj4 from 'proj4';
import type { CRS } from '../api/types';

/** Converts between degrees and the plane of a case. */
export interface Plane {
  /** Longitude, latitude in degrees to [east, north] in metres. */
  toPlane(lonLat: readonly number[]): [number, number];
  /** [east, north] in metres to longitude, latitude in degrees. */
  toLonLat(xy: readonly number[]): [number, number];
}

/**
 * The plane of a CRS as PROJ describes it. CGCS2000 and WGS 84 differ by less
 * than the map can show, so no datum shift is applied. Null for a description
 * that proj4 does not know.
 */
export function planeOf(crs: Pick<CRS, 'proj4'>): Plane | null {
  try {
    const converter = proj4('+proj=longlat +ellps=WGS84 +no_defs', crs.proj4);
    return {
      toPlane: (p) => converter.forward([p[0]!, p[1]!]) as [number, number],
      toLonLat: (p) => converter.inverse([p[0]!, p[1]!]) as [number, number],
    };
  } catch {
    return null;
  }
}

/** Degrees as they are, for a case that has no plane yet. */
export const degrees: Plane = {
  toPlane: (p) => [p[0]!, p[1]!],
  toLonLat: (p) => [p[0]!, p[1]!],
};
