import { sizes } from '../../../app/tokens';
import type { Padding, Scene } from '../../../map/scene';

/** The room that bars, tools and the panel take from the map. */
export function paddingOf(panel: boolean): Padding {
  return [56, panel ? sizes.panel + 48 : 48, 72, 84];
}

/** Brings a piece into the free part of the map, with its neighbours around it. */
export function framePiece(scene: Scene, n: number, panel: boolean, animate = true): boolean {
  const extent = scene.pieces.extent(n);
  if (extent) scene.fit(widened(extent), paddingOf(panel), animate);
  return extent !== null;
}

function widened([west = 0, south = 0, east = 0, north = 0]: readonly number[]): number[] {
  const margin = Math.max(east - west, north - south) * 0.35;
  return [west - margin, south - margin, east + margin, north + margin];
}
