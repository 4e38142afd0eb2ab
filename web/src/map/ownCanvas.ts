import Layer from 'ol/layer/Layer';
import type { FrameState } from 'ol/Map';

/** Maps map units to CSS pixels of the canvas. */
export type ToPixel = (x: number, y: number) => [number, number];

/**
 * A layer with a canvas of its own, which can be painted anew without the map
 * drawing all its other layers: what moves under a hand must not wait for them.
 */
export class OwnCanvas {
  readonly layer: Layer;
  private readonly holder = document.createElement('div'); // OpenLayers would draw the layers above into a bare canvas
  private readonly canvas = document.createElement('canvas');
  private frame: FrameState | null = null;

  constructor(zIndex: number, private readonly paint: (context: CanvasRenderingContext2D, toPixel: ToPixel) => void) {
    this.holder.className = 'own-canvas';
    for (const { style } of [this.holder, this.canvas]) Object.assign(style, { position: 'absolute', inset: '0', width: '100%', height: '100%', pointerEvents: 'none' });
    this.holder.append(this.canvas);
    this.layer = new Layer({
      zIndex,
      visible: false,
      render: (frame) => {
        this.frame = frame;
        this.repaint();
        return this.holder;
      },
    });
  }

  /** Paints at the place and scale of the map's last frame. */
  repaint(): void {
    if (!this.frame || !this.layer.getVisible()) return;
    const { size, pixelRatio, viewState: { center, resolution } } = this.frame;
    const [width, height] = [size[0]!, size[1]!];
    const [w, h] = [Math.round(width * pixelRatio), Math.round(height * pixelRatio)];
    if (this.canvas.width !== w || this.canvas.height !== h) [this.canvas.width, this.canvas.height] = [w, h];
    const context = this.canvas.getContext('2d')!;
    context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
    context.clearRect(0, 0, width, height);
    const [west, north] = [center[0]! - (width / 2) * resolution, center[1]! + (height / 2) * resolution];
    this.paint(context, (x, y) => [(x - west) / resolution, (north - y) / resolution]);
  }
}
