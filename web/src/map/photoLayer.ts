import TileLayer from 'ol/layer/Tile';
import XYZ from 'ol/source/XYZ';
import { transformExtent } from 'ol/proj';
import type ImageTile from 'ol/ImageTile';
import TileState from 'ol/TileState';
import type RenderEvent from 'ol/render/Event';
import { getRenderPixel } from 'ol/render';
import { apiBase } from '../api/client';
import type { Orthophoto } from '../api/types';

/** Which part of the view a picture may fill while two are compared. */
export type Side = 'all' | 'left' | 'right';

/** The address of the tiles of a picture, for screens of one or two device pixels a pixel. */
export function tileTemplate(photo: Pick<Orthophoto, 'id' | 'tiles_version'>, sharp: boolean): string {
  return `${apiBase}/orthophotos/${encodeURIComponent(photo.id)}/tiles/{z}/{x}/{y}${sharp ? '@2x' : ''}.webp?v=${photo.tiles_version}`;
}

// Farther out a picture is a speck, and its tiles not worth asking for.
const zoomsWorthwhile = 8;

const emptyTile = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';

/** A layer that shows one picture, cut at the swipe line when there is one. */
export class PhotoLayer {
  readonly layer: TileLayer<XYZ>;
  /** Called when a tile could not be read. */
  onFailed: (() => void) | undefined;
  private shown: string | undefined;
  private side: Side = 'all';
  private swipe = 0.5;

  constructor(zIndex: number) {
    this.layer = new TileLayer<XYZ>({ zIndex, preload: 1 });
    this.layer.on('prerender', (e) => this.clip(e as RenderEvent));
    this.layer.on('postrender', (e) => this.unclip(e as RenderEvent));
  }

  /** Shows a picture, or nothing. */
  show(photo: Orthophoto | undefined): void {
    const key = photo && `${photo.id} ${photo.tiles_version}`;
    if (key === this.shown) return;
    this.shown = key;
    if (!photo) {
      this.layer.setSource(null);
      return;
    }
    const sharp = (globalThis.devicePixelRatio ?? 1) > 1;
    const extent = transformExtent(photo.bbox, 'EPSG:4326', 'EPSG:3857');
    this.layer.setExtent(extent);
    this.layer.setSource(
      new XYZ({
        url: tileTemplate(photo, sharp),
        tilePixelRatio: sharp ? 2 : 1,
        minZoom: Math.max(0, Math.min(24, photo.display_zoom) - zoomsWorthwhile),
        maxZoom: Math.min(24, photo.display_zoom),
        tileLoadFunction: (tile, address) => void this.load(tile as ImageTile, address),
        transition: 120,
        wrapX: false,
      }),
    );
  }

  /**
   * Loads a tile. 204 means that nothing is there, which is no fault: without
   * an empty tile in its place OpenLayers would fill it from a coarser one.
   */
  private async load(tile: ImageTile, address: string): Promise<void> {
    const image = tile.getImage() as HTMLImageElement;
    try {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      if (answer.status === 204) {
        image.src = emptyTile;
        return;
      }
      const blob = URL.createObjectURL(await answer.blob());
      image.addEventListener('load', () => URL.revokeObjectURL(blob), { once: true });
      image.src = blob;
    } catch {
      tile.setState(TileState.ERROR);
      this.onFailed?.();
    }
  }

  /** Confines the picture to one side of a line at a fraction of the width of the view. */
  confine(side: Side, swipe: number): void {
    this.side = side;
    this.swipe = swipe;
    this.layer.changed();
  }

  private clip(event: RenderEvent): void {
    const ctx = event.context as CanvasRenderingContext2D;
    ctx.save();
    if (this.side === 'all') return;
    const [width, height] = event.frameState!.size as [number, number];
    const [from, to] = this.side === 'left' ? [0, width * this.swipe] : [width * this.swipe, width];
    const corners = [[from, 0], [to, 0], [to, height], [from, height]].map((p) => getRenderPixel(event, p));
    ctx.beginPath();
    corners.forEach((c, i) => (i === 0 ? ctx.moveTo(c[0]!, c[1]!) : ctx.lineTo(c[0]!, c[1]!)));
    ctx.closePath();
    ctx.clip();
  }

  private unclip(event: RenderEvent): void {
    (event.context as CanvasRenderingContext2D).restore();
  }
}
