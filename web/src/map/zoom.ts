/** The width in pixels of a ribbon of ± half metres, at so many ground metres a pixel. */
export function ribbonPixels(halfMetres: number, metresPerPixel: number): number {
  return (2 * halfMetres) / metresPerPixel;
}
