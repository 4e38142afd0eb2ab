import Feature from 'ol/Feature';
import GeoJSON from 'ol/format/GeoJSON';
import type Geometry from 'ol/geom/Geometry';
import MultiPolygon from 'ol/geom/MultiPolygon';
import Point from 'ol/geom/Point';
import Polygon from 'ol/geom/Polygon';
import VectorLayer from 'ol/layer/Vector';
import VectorSource from 'ol/source/Vector';
import type { ClaimCollection, ClaimFeature } from '../api/types';
import { bandStyles, claimLabelStyles, claimLineStyles, claimWidth, symbolStyles } from './claimStyle';
import { farthestVertex, symbolPlaces, type XY } from './thin';

const format = new GeoJSON({ dataProjection: 'EPSG:4326', featureProjection: 'EPSG:3857' });
const symbolSpacing = 120; // pixels along the line

/** The rings of a polygon or multipolygon in map units. */
export function ringsOf(geometry: Geometry | undefined): XY[][] {
  if (geometry instanceof Polygon) return geometry.getCoordinates() as unknown as XY[][];
  if (geometry instanceof MultiPolygon) return (geometry.getCoordinates() as unknown as XY[][][]).flat();
  return [];
}

/** The claims: accuracy bands, lines with the symbols of their sides, and the parties' names. */
export class ClaimLayers {
  readonly bands: VectorLayer<VectorSource>;
  readonly lines: VectorLayer<VectorSource>;
  readonly names: VectorLayer<VectorSource>;
  private readonly source = new VectorSource();
  private readonly nameSource = new VectorSource();
  private avoid: XY[] = [];
  private k = 2;
  private word: (side: number, party: string) => string = (_, party) => party;

  constructor(private readonly scale: 'desk' | 'projector', private readonly metresPerPixel: (resolution: number) => number) {
    this.bands = new VectorLayer({ source: this.source, zIndex: 5, style: (f, r) => this.bandStyle(f as Feature, r) });
    this.lines = new VectorLayer({ source: this.source, zIndex: 20, style: (f, r) => this.lineStyle(f as Feature, r) });
    this.names = new VectorLayer({ source: this.nameSource, zIndex: 29, style: (f) => this.nameStyle(f as Feature) });
  }

  setClaims(claims: ClaimCollection | undefined, word: (side: number, party: string) => string): void {
    this.word = word;
    this.source.clear(true);
    if (claims) this.source.addFeatures(format.readFeatures(claims) as Feature[]);
    this.rename();
  }

  /** Tells where the contested pieces are, so that names stand clear of them, and how wide the bands are. */
  setContext(avoid: XY[], k: number): void {
    this.avoid = avoid;
    this.k = k;
    this.rename();
    this.bands.changed();
  }

  extent(): number[] | null {
    return this.source.getFeatures().length > 0 ? (this.source.getExtent() as number[]) : null;
  }

  private rename(): void {
    this.nameSource.clear(true);
    for (const feature of this.source.getFeatures()) {
      const at = farthestVertex(ringsOf(feature.getGeometry())[0] ?? [], this.avoid);
      if (!at) continue;
      const [west = 0, , east = 0] = feature.getGeometry()!.getExtent();
      const inward = at[0] < (west + east) / 2 ? 'east' : 'west';
      this.nameSource.addFeature(new Feature({ geometry: new Point([...at]), inward, side: feature.get('side'), party: feature.get('party') }));
    }
  }

  private lineStyle(feature: Feature, resolution: number) {
    const { side } = feature.getProperties() as ClaimFeature['properties'];
    const big = this.scale === 'projector';
    const places = ringsOf(feature.getGeometry()).flatMap((ring) => symbolPlaces(ring, symbolSpacing * resolution * (big ? 1.6 : 1)));
    return [...claimLineStyles(side, big ? 4 : claimWidth), ...symbolStyles(side, places as unknown as number[][], big ? 8 : 4.5)];
  }

  private bandStyle(feature: Feature, resolution: number) {
    const { side, sigma_m } = feature.getProperties() as ClaimFeature['properties'];
    return bandStyles(side, this.k * sigma_m, this.metresPerPixel(resolution));
  }

  private nameStyle(feature: Feature) {
    const side = feature.get('side') as number;
    return claimLabelStyles(side, this.word(side, feature.get('party') as string), (feature.getGeometry() as Point).getCoordinates(), feature.get('inward') as 'east' | 'west', this.scale === 'projector' ? 24 : 13);
  }
}
