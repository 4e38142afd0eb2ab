import Feature from 'ol/Feature';
import LineString from 'ol/geom/LineString';
import Point from 'ol/geom/Point';
import VectorLayer from 'ol/layer/Vector';
import { fromLonLat } from 'ol/proj';
import VectorSource from 'ol/source/Vector';
import Stroke from 'ol/style/Stroke';
import Style from 'ol/style/Style';
import type { FixCollection, Quality } from '../api/types';
import { fixStyles } from './fixStyle';
import { fixSign } from './fixStyle';
import { thinDots, type Dot } from './thin';

interface FixDot extends Dot {
  n: number;
}

// Pixels that a fix is given. Good ones stand far apart, or they would hide the
// claim line that they made; the others stand close, since they are what to look at.
const goodCell = 44;
const badCell = 15;
const jumpCell = 70; // one word for the jumps of so many pixels
const rawLine = [
  new Style({ stroke: new Stroke({ color: 'rgba(255,255,255,0.55)', width: 2.4 }) }),
  new Style({ stroke: new Stroke({ color: 'rgba(27,36,48,0.7)', width: 1, lineDash: [2, 3] }) }),
];

/**
 * The raw fixes of the walks: as many as the eye can count, the worst never
 * hidden. The raw line runs below the claims, and shows where it left them.
 */
export class FixLayer {
  readonly layer: VectorLayer<VectorSource>;
  readonly raw: VectorLayer<VectorSource>;
  private readonly source = new VectorSource();
  private readonly rawSource = new VectorSource();
  private walks: FixDot[][] = [];
  private resolution = 0;
  private metresPerPixel = 1;
  private jumpWord = '';

  constructor() {
    this.raw = new VectorLayer({ source: this.rawSource, zIndex: 19, style: rawLine });
    this.layer = new VectorLayer({
      source: this.source,
      zIndex: 25,
      style: (f) => fixStyles(f.get('quality') as Quality, f.get('jump') as boolean, this.metresPerPixel, f.get('named') ? this.jumpWord : ''),
    });
  }

  /** Takes the fixes of each walk, in order. */
  setWalks(walks: readonly FixCollection[], jumpWord: string): void {
    this.walks = walks.map((walk) => walk.features.map(dotOf));
    this.jumpWord = jumpWord;
    this.redraw();
  }

  /** Thins anew when the scale has changed. */
  refresh(resolution: number, metresPerPixel: number): void {
    if (Math.abs(resolution - this.resolution) < 0.01 * resolution) return;
    this.resolution = resolution;
    this.metresPerPixel = metresPerPixel;
    this.redraw();
  }

  private redraw(): void {
    this.source.clear(true);
    this.rawSource.clear(true);
    if (this.resolution === 0) return;
    for (const dots of this.walks) {
      if (dots.length > 1) this.rawSource.addFeature(new Feature(new LineString(dots.map((d) => [d.x, d.y]))));
      const good = dots.filter((d) => fixSign(d.quality) === 'dot' && !d.jump);
      const bad = dots.filter((d) => fixSign(d.quality) !== 'dot' || d.jump);
      const thinned = [...thinDots(good, goodCell * this.resolution), ...thinDots(bad, badCell * this.resolution)];
      const named = firstOfEach(thinned.filter((d) => d.jump), jumpCell * this.resolution);
      this.source.addFeatures(
        thinned.map((d) => new Feature({ geometry: new Point([d.x, d.y]), quality: d.quality, jump: d.jump, named: named.has(d), n: d.n })),
      );
    }
  }
}

function dotOf(feature: FixCollection['features'][number]): FixDot {
  const [x, y] = fromLonLat(feature.geometry.coordinates as number[]) as [number, number];
  return { x, y, n: feature.properties.n, quality: feature.properties.quality, jump: feature.properties.jump ?? false };
}

/** Of points that stand closer together than `apart`, the first. */
function firstOfEach(dots: readonly FixDot[], apart: number): Set<FixDot> {
  const firsts = new Set<FixDot>();
  for (const dot of dots) {
    const near = [...firsts].some((f) => Math.hypot(f.x - dot.x, f.y - dot.y) < apart);
    if (!near) firsts.add(dot);
  }
  return firsts;
}
