import Feature from 'ol/Feature';
import GeoJSON from 'ol/format/GeoJSON';
import type Geometry from 'ol/geom/Geometry';
import MultiPolygon from 'ol/geom/MultiPolygon';
import Point from 'ol/geom/Point';
import Polygon from 'ol/geom/Polygon';
import VectorLayer from 'ol/layer/Vector';
import VectorSource from 'ol/source/Vector';
import type { BandCollection, BandFeature, ClaimCollection, ClaimFeature } from '../api/types';
import { bandStyles, claimLabelStyles, claimLineStyles, claimWidth, symbolStyles } from './claimStyle';
import { namePlace, plateAt, type Box } from './namePlace';
import { symbolPlaces, type XY } from './thin';

const format = new GeoJSON({ dataProjection: 'EPSG:4326', featureProjection: 'EPSG:3857' });
const symbolSpacing = 120; // pixels along the line

/** The rings of a polygon or multipolygon in map units. */
export function ringsOf(geometry: Geometry | undefined): XY[][] {
  if (geometry instanceof Polygon) return geometry.getCoordinates() as unknown as XY[][];
  if (geometry instanceof MultiPolygon) return (geometry.getCoordinates() as unknown as XY[][][]).flat();
  return [];
}

const nameSize = { desk: 13, projector: 24 };

/** The claims: accuracy bands, lines with the symbols of their sides, and the parties' names. */
export class ClaimLayers {
  readonly bands: VectorLayer<VectorSource>;
  readonly lines: VectorLayer<VectorSource>;
  readonly names: VectorLayer<VectorSource>;
  /** The vertices of all lines, in map units. */
  corners: readonly XY[] = [];
  private readonly source = new VectorSource();
  private readonly bandSource = new VectorSource();
  private readonly nameSource = new VectorSource();
  private obstacles: Box[] = [];
  private word: (side: number, party: string) => string = (_, party) => party;
  private namedAt = 0; // the resolution that the names were placed for

  constructor(private readonly scale: 'desk' | 'projector', private readonly metresPerPixel: (resolution: number) => number) {
    this.bands = new VectorLayer({ source: this.bandSource, zIndex: 5, style: (f, r) => this.bandStyle(f as Feature, r) });
    this.lines = new VectorLayer({ source: this.source, zIndex: 20, style: (f, r) => this.lineStyle(f as Feature, r) });
    this.names = new VectorLayer({ source: this.nameSource, zIndex: 29, style: (f) => this.nameStyle(f as Feature) });
  }

  setClaims(claims: ClaimCollection | undefined, word: (side: number, party: string) => string): void {
    this.word = word;
    this.source.clear(true);
    if (claims) this.source.addFeatures(format.readFeatures(claims) as Feature[]);
    this.corners = this.source.getFeatures().flatMap((f) => ringsOf(f.getGeometry()).flat());
    this.placeNames();
  }

  /** The ribbons of ± k·sigma, as wide along each line as its vertices are uncertain. */
  setBands(bands: BandCollection | undefined): void {
    this.bandSource.clear(true);
    if (bands) this.bandSource.addFeatures(format.readFeatures(bands) as Feature[]);
  }

  /** Tells what names must not cover. */
  setObstacles(obstacles: Box[]): void {
    this.obstacles = obstacles;
    this.placeNames();
  }

  extent(): number[] | null {
    return this.source.getFeatures().length > 0 ? (this.source.getExtent() as number[]) : null;
  }

  /** Places the names anew when the scale has changed. */
  refresh(resolution: number): void {
    if (Math.abs(resolution - this.namedAt) < 0.05 * resolution) return;
    this.namedAt = resolution;
    this.placeNames();
  }

  private placeNames(): void {
    this.nameSource.clear(true);
    const pixel = this.namedAt;
    if (pixel === 0) return;
    const size = nameSize[this.scale];
    const [height, spare] = [size * 2.2 * pixel, size * 1.2 * pixel];
    const taken = this.obstacles.map(([w, s, e, n]): Box => [w - spare, s - spare, e + spare, n + spare]);
    for (const feature of this.source.getFeatures()) {
      const [side, party] = [feature.get('side') as number, feature.get('party') as string];
      const text = this.word(side, party);
      const width = (textWidth(text, size) + 2.5 * size) * pixel;
      const place = namePlace(largest(ringsOf(feature.getGeometry())), width, height, taken);
      if (!place) continue;
      taken.push(plateAt(place.at, place.towards, width, height));
      this.nameSource.addFeature(new Feature({ geometry: new Point([...place.at]), towards: place.towards, side, text }));
    }
  }

  private lineStyle(feature: Feature, resolution: number) {
    const { side } = feature.getProperties() as ClaimFeature['properties'];
    const big = this.scale === 'projector';
    const places = ringsOf(feature.getGeometry()).flatMap((ring) => symbolPlaces(ring, symbolSpacing * resolution * (big ? 1.6 : 1)));
    return [...claimLineStyles(side, big ? 4 : claimWidth), ...symbolStyles(side, places as unknown as number[][], big ? 8 : 4.5)];
  }

  private bandStyle(feature: Feature, resolution: number) {
    const { side, k, greatest_sigma_m } = feature.getProperties() as BandFeature['properties'];
    return bandStyles(side, k * greatest_sigma_m, this.metresPerPixel(resolution));
  }

  private nameStyle(feature: Feature) {
    return claimLabelStyles(
      feature.get('side') as number,
      feature.get('text') as string,
      (feature.getGeometry() as Point).getCoordinates(),
      feature.get('towards') as 'east' | 'west',
      nameSize[this.scale],
    );
  }
}

/** The ring that encloses most: a repaired walk may have specks beside its ground. */
function largest(rings: XY[][]): XY[] {
  return rings.reduce((best, ring) => (enclosed(ring) > enclosed(best) ? ring : best), []);
}

function enclosed(ring: readonly XY[]): number {
  let twice = 0;
  for (let i = 1; i < ring.length; i++) twice += ring[i - 1]![0] * ring[i]![1] - ring[i]![0] * ring[i - 1]![1];
  return Math.abs(twice) / 2;
}

/** About how wide a text is: a Chinese character is as wide as it is high, others are a little over half. */
function textWidth(text: string, size: number): number {
  return [...text].reduce((sum, c) => sum + (c > '\u2e80' ? size : size * 0.58), 0);
}
