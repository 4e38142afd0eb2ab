import type Feature from 'ol/Feature';
import GeoJSON from 'ol/format/GeoJSON';
import VectorLayer from 'ol/layer/Vector';
import VectorSource from 'ol/source/Vector';
import type { PieceCollection, PieceFeature } from '../api/types';
import { coreStyles, deskLabels, nominalStyles, outerStyles, pieceLabelStyles, projectorLabels, type PieceStanding } from './pieceStyle';
import type { Box } from './namePlace';

const format = new GeoJSON({ dataProjection: 'EPSG:4326', featureProjection: 'EPSG:3857' });

type Properties = PieceFeature['properties'];

/** The contested pieces at their three levels, with numbers and mu. */
export class PieceLayers {
  readonly nominal: VectorLayer<VectorSource>;
  readonly core: VectorLayer<VectorSource>;
  readonly outer: VectorLayer<VectorSource>;
  readonly labels: VectorLayer<VectorSource>;
  selected: number | null = null;
  hovered: number | null = null;
  private readonly nominalSource = new VectorSource();
  private readonly coreSource = new VectorSource();
  private readonly outerSource = new VectorSource();
  private ranks = new Map<unknown, number>();
  private withinTolerance = 0;
  private stacked = true;
  private text: (p: Properties) => string = () => '';

  constructor(scale: 'desk' | 'projector') {
    const size = scale === 'projector' ? projectorLabels : deskLabels;
    const properties = (f: unknown) => (f as Feature).getProperties() as Properties;
    this.nominal = new VectorLayer({ source: this.nominalSource, zIndex: 10, style: (f) => nominalStyles(properties(f), this.stateOf(properties(f))) });
    this.core = new VectorLayer({ source: this.coreSource, zIndex: 11, style: () => coreStyles(this.stacked) });
    this.outer = new VectorLayer({ source: this.outerSource, zIndex: 12, style: outerStyles });
    this.labels = new VectorLayer({
      source: this.nominalSource,
      zIndex: 30,
      declutter: 'pieces',
      style: (f, resolution) =>
        pieceLabelStyles(properties(f), this.text(properties(f)), this.stateOf(properties(f)), size, this.standingOf(f as Feature, resolution)),
    });
  }

  set(nominal: PieceCollection | undefined, core: PieceCollection | undefined, outer: PieceCollection | undefined): void {
    this.ranks = ranksByArea(nominal?.features ?? []);
    this.withinTolerance = nominal?.features.filter((f) => f.properties.verdict === 'within_tolerance').length ?? 0;
    fill(this.nominalSource, nominal?.features);
    fill(this.coreSource, core?.features);
    fill(this.outerSource, outer && wholeCase(outer.features));
  }

  /** Words the plate of a piece. */
  setText(text: (p: Properties) => string): void {
    this.text = text;
    this.labels.changed();
  }

  /** Tells whether core ground lies on nominal ground, which already tints it. */
  stack(onNominal: boolean): void {
    this.stacked = onNominal;
    this.core.changed();
  }

  /** Marks the chosen piece and the one pointed at. */
  mark(selected: number | null, hovered: number | null): void {
    if (selected === this.selected && hovered === this.hovered) return;
    this.selected = selected;
    this.hovered = hovered;
    this.nominal.changed();
    this.labels.changed();
  }

  /** The extent of a piece in map units, or of all. */
  extent(n: number | null): number[] | null {
    const features = this.nominalSource.getFeatures();
    if (n === null) return features.length > 0 ? (this.nominalSource.getExtent() as number[]) : null;
    const piece = features.find((f) => f.get('n') === n);
    return (piece?.getGeometry()?.getExtent() as number[] | undefined) ?? null;
  }

  /** The rectangles of the pieces, in map units. */
  boxes(): Box[] {
    return this.nominalSource.getFeatures().flatMap((f) => {
      const extent = f.getGeometry()?.getExtent();
      return extent ? [extent as unknown as Box] : [];
    });
  }

  private standingOf(feature: Feature, resolution: number): PieceStanding {
    const extent = feature.getGeometry()?.getExtent() ?? [0, 0, 0, 0];
    return {
      rank: this.ranks.get(feature.get('n')) ?? this.ranks.size,
      withinTolerance: this.withinTolerance,
      pixels: Math.max(extent[2]! - extent[0]!, extent[3]! - extent[1]!) / resolution,
    };
  }

  private stateOf(p: Properties) {
    return { selected: p.n !== undefined && p.n === this.selected, hovered: p.n !== undefined && p.n === this.hovered };
  }
}

/**
 * Outer ground comes for the case and for each pair. The map shows the case's:
 * it names no parties, or the most of them.
 */
export function wholeCase(features: readonly PieceFeature[]): PieceFeature[] {
  const breadth = (f: PieceFeature) => f.properties.parties?.length ?? Infinity;
  const most = Math.max(...features.map(breadth));
  return features.filter((f) => breadth(f) === most).slice(0, 1);
}

/** The place of each piece by area, 0 for the largest; equal ones by number. */
export function ranksByArea(features: readonly PieceFeature[]): Map<unknown, number> {
  const area = (f: PieceFeature) => f.properties.area?.ellipsoidal.m2 ?? 0;
  const sorted = [...features].sort((a, b) => area(b) - area(a) || (a.properties.n ?? 0) - (b.properties.n ?? 0));
  return new Map(sorted.map((f, i) => [f.properties.n, i]));
}

function fill(source: VectorSource, features: PieceFeature[] | undefined): void {
  source.clear(true);
  if (features) source.addFeatures(format.readFeatures({ type: 'FeatureCollection', features }) as Feature[]);
}
