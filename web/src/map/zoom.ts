import type { Orthophoto } from '../api/types';

const equatorResolution = 156543.03392804097; // metres a pixel of 256 px tiles at zoom 0

/**
 * The deepest zoom at which tiles of a picture still show something new: the
 * first whose ground resolution at the picture's latitude is at least its GSD.
 */
export function maxTileZoom(photo: Pick<Orthophoto, 'gsd_m' | 'bbox'>): number {
  const lat = ((photo.bbox[1]! + photo.bbox[3]!) / 2) * (Math.PI / 180);
  const zoom = Math.ceil(Math.log2((equatorResolution * Math.cos(lat)) / Math.max(photo.gsd_m, 0.001)));
  return Math.min(24, Math.max(0, zoom));
}

/** The width in pixels of a ribbon of ± half metres, at so many ground metres a pixel. */
export function ribbonPixels(halfMetres: number, metresPerPixel: number): number {
  return (2 * halfMetres) / metresPerPixel;
}
