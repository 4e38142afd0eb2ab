import Feature from 'ol/Feature';
import LineString from 'ol/geom/LineString';
import Point from 'ol/geom/Point';
import VectorLayer from 'ol/layer/Vector';
import { fromLonLat, getPointResolution } from 'ol/proj';
import VectorSource from 'ol/source/Vector';
import type { Quality } from '../api/types';
import { bandStyle, lineStyles, markStyles, pointStyles, sigmaStep, widthOfStep } from './walkStyle';

/** One fix as the walk is drawn: in order, with what the line counts it with. */
export interface WalkFix {
  lon: number;
  lat: number;
  quality: Quality;
  sigma: number; // 1σ per coordinate, metres; 0 where nobody knows
  used: boolean; // false: a person had it left out
  gap: boolean; // nobody knows the way from here to the next
}

/** A place of the report that the map shows: a pointed point, or something to look at. */
export interface WalkMark {
  key: string;
  kind: 'point' | 'fault' | 'gap' | 'jump' | 'slip' | 'place';
  lon: number;
  lat: number;
  text: string;
}

const k = 2; // the band is ± kσ, as everywhere

/**
 * One walk on a map of its own: its line by the quality of its fixes, how far it may
 * be off, where somebody stood and pointed, and what is suspected.
 */
export class WalkLayers {
  readonly band: VectorLayer<VectorSource>;
  readonly line: VectorLayer<VectorSource>;
  readonly marks: VectorLayer<VectorSource>;
  private readonly bandSource = new VectorSource();
  private readonly lineSource = new VectorSource();
  private readonly markSource = new VectorSource();
  private chosen: string | null = null;

  constructor() {
    // The layer is pale as a whole, so that the band is no darker where its parts meet.
    this.band = new VectorLayer({
      source: this.bandSource, zIndex: 21, opacity: 0.28, className: 'walk-band',
      style: (f, resolution) => {
        const [x, y] = (f.getGeometry() as LineString).getFirstCoordinate() as [number, number];
        const ground = getPointResolution('EPSG:3857', resolution, [x, y], 'm');
        return bandStyle(f.get('quality') as Quality, (2 * k * widthOfStep(f.get('step') as number)) / ground);
      },
    });
    this.line = new VectorLayer({ source: this.lineSource, zIndex: 23, style: (f) => lineStyles(f.get('quality') as Quality | 'gap' | 'closing' | 'left') });
    this.marks = new VectorLayer({
      source: this.markSource,
      zIndex: 30,
      style: (f) => {
        const { mark } = f.getProperties() as { mark: WalkMark };
        if (mark.kind === 'place') return pointStyles(mark.text, true);
        return mark.kind === 'point' ? pointStyles(mark.text, mark.key === this.chosen) : markStyles(mark.kind, mark.text, mark.key === this.chosen);
      },
    });
  }

  /** Takes the fixes, in order. The last is joined to the first, as the ground is closed. */
  setFixes(fixes: readonly WalkFix[]): void {
    this.bandSource.clear(true);
    this.lineSource.clear(true);
    const used = fixes.filter((f) => f.used);
    const at = (f: WalkFix) => fromLonLat([f.lon, f.lat]);
    for (const run of runsOf(used, (f) => (f.gap ? 'gap' : f.quality))) {
      this.lineSource.addFeature(new Feature({ geometry: new LineString(run.fixes.map(at)), quality: run.name }));
    }
    for (const run of runsOf(used.filter((f) => f.sigma > 0), (f) => `${f.quality} ${sigmaStep(f.sigma)}`)) {
      const [quality = '', step = '0'] = run.name.split(' ');
      this.bandSource.addFeature(new Feature({ geometry: new LineString(run.fixes.map(at)), quality, step: Number(step) }));
    }
    if (used.length > 2) this.lineSource.addFeature(new Feature({ geometry: new LineString([at(used[used.length - 1]!), at(used[0]!)]), quality: 'closing' }));
    for (const run of runsOf(fixes, (f) => (f.used ? 'used' : 'left')).filter((r) => r.name === 'left')) {
      this.lineSource.addFeature(new Feature({ geometry: new LineString(run.fixes.map(at)), quality: 'left' }));
    }
  }

  setMarks(marks: readonly WalkMark[], chosen: string | null): void {
    this.chosen = chosen;
    this.markSource.clear(true);
    this.markSource.addFeatures(marks.map((mark) => new Feature({ geometry: new Point(fromLonLat([mark.lon, mark.lat])), mark })));
  }

  /** West, south, east, north of the line in map units; null without one. */
  extent(): number[] | null {
    return this.lineSource.getFeatures().length > 0 ? (this.lineSource.getExtent() as number[]) : null;
  }
}

/** Cuts a line where the name of its fixes changes; each part goes up to the first fix of the next. */
export function runsOf<T>(fixes: readonly T[], name: (fix: T) => string): { name: string; fixes: T[] }[] {
  const runs: { name: string; fixes: T[] }[] = [];
  fixes.forEach((fix, i) => {
    const last = runs[runs.length - 1];
    const here = name(fix);
    if (last?.name === here) last.fixes.push(fix);
    else {
      last?.fixes.push(fix);
      runs.push({ name: here, fixes: [fix] });
    }
    if (i === fixes.length - 1 && runs[runs.length - 1]!.fixes.length === 1) runs.pop(); // a lone last fix ends the part before
  });
  return runs;
}
