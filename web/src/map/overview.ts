import Feature from 'ol/Feature';
import OlMap from 'ol/Map';
import View from 'ol/View';
import GeoJSON from 'ol/format/GeoJSON';
import Point from 'ol/geom/Point';
import { defaults as defaultInteractions } from 'ol/interaction/defaults';
import VectorLayer from 'ol/layer/Vector';
import { fromLonLat, toLonLat } from 'ol/proj';
import VectorSource from 'ol/source/Vector';
import CircleStyle from 'ol/style/Circle';
import Fill from 'ol/style/Fill';
import Stroke from 'ol/style/Stroke';
import Style from 'ol/style/Style';
import Text from 'ol/style/Text';
import type { AreaCollection, CaseSummary } from '../api/types';
import { fontFamily, tokens } from '../app/tokens';
import { inkOn, withAlpha } from './colour';
import type { MapPosition } from './scene';

const format = new GeoJSON({ dataProjection: 'EPSG:4326', featureProjection: 'EPSG:3857' });

export interface OverviewEvents {
  onMove?(position: MapPosition): void;
  onHover?(feature: Feature | null, pixel: number[]): void;
  onClick?(feature: Feature): void;
}

/** The look of an area: its fill and the words in its middle. */
export interface AreaLook {
  fill: string;
  text: string;
}

/** The radius of a case's dot: its area grows with the disputed ground. */
export function dotRadius(mu: number): number {
  return Math.min(22, 4.5 + Math.sqrt(Math.max(0, mu)) * 0.35);
}

/** The small-scale map: administrative areas, coloured on request, and cases as dots. */
export class OverviewMap {
  private readonly map: OlMap;
  private readonly view = new View({ center: fromLonLat([108.3, 23.8]), zoom: 6, minZoom: 3, maxZoom: 17, enableRotation: false });
  private readonly areas = new VectorSource();
  private readonly cases = new VectorSource();
  private look_: (code: string) => AreaLook | null = () => null;
  private readonly areaLayer: VectorLayer<VectorSource>;

  constructor(target: HTMLElement, events: OverviewEvents) {
    this.areaLayer = new VectorLayer({ source: this.areas, style: (f) => this.areaStyle(f as Feature), declutter: true });
    const caseLayer = new VectorLayer({ source: this.cases, style: (f) => caseStyle(f.get('case') as CaseSummary) });
    this.map = new OlMap({
      target,
      view: this.view,
      controls: [],
      interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false, zoomDuration: 150 }),
      layers: [this.areaLayer, caseLayer],
    });
    const at = (pixel: number[]) => (this.map.forEachFeatureAtPixel(pixel, (f) => f as Feature, { hitTolerance: 2 }) ?? null);
    this.map.on('pointermove', (e) => {
      const found = e.dragging ? null : at(e.pixel);
      target.style.cursor = found ? 'pointer' : '';
      events.onHover?.(found, e.pixel);
    });
    target.addEventListener('pointerleave', () => events.onHover?.(null, [0, 0]));
    this.map.on('singleclick', (e) => {
      const found = at(e.pixel);
      if (found) events.onClick?.(found);
    });
    this.map.on('moveend', () => {
      const [lon, lat] = toLonLat(this.view.getCenter()!) as [number, number];
      events.onMove?.({ zoom: this.view.getZoom()!, lat, lon });
    });
  }

  setAreas(areas: AreaCollection | undefined, look: (code: string) => AreaLook | null): void {
    this.look_ = look;
    this.areas.clear(true);
    if (areas) this.areas.addFeatures(format.readFeatures(areas) as Feature[]);
    this.areaLayer.changed();
  }

  /** Larger dots lie below smaller ones, so that none is covered. */
  setCases(cases: readonly CaseSummary[]): void {
    this.cases.clear(true);
    const placed = cases.filter((c) => c.center).sort((a, b) => (b.contested?.nominal.mu ?? 0) - (a.contested?.nominal.mu ?? 0));
    this.cases.addFeatures(placed.map((c) => new Feature({ geometry: new Point(fromLonLat(c.center!)), case: c })));
  }

  look(p: MapPosition): void {
    this.view.setCenter(fromLonLat([p.lon, p.lat]));
    this.view.setZoom(p.zoom);
  }

  /** Shows all areas, or all cases when there is none. */
  fitAll(): void {
    const source = this.cases.getFeatures().length > 0 ? this.cases : this.areas;
    if (source.getFeatures().length > 0) this.view.fit(source.getExtent()!, { padding: [32, 32, 32, 32], maxZoom: 13 });
  }

  fitAreas(): void {
    if (this.areas.getFeatures().length > 0) this.view.fit(this.areas.getExtent()!, { padding: [16, 16, 16, 16], maxZoom: 14 });
  }

  dispose(): void {
    this.map.setTarget(undefined);
    this.map.dispose();
  }

  private areaStyle(feature: Feature): Style {
    const look = this.look_(feature.get('code') as string);
    return new Style({
      fill: new Fill({ color: look?.fill ?? 'rgba(255,255,255,0.65)' }),
      stroke: new Stroke({ color: look ? '#FFFFFF' : '#A9B4BD', width: look ? 1.4 : 1 }),
      text: new Text({
        text: look?.text ?? (feature.get('name') as string),
        font: `500 12px ${fontFamily}`,
        fill: new Fill({ color: look ? inkOn(look.fill) : tokens.ink }),
        stroke: new Stroke({ color: look?.fill ?? 'rgba(255,255,255,0.9)', width: 3 }),
        overflow: false,
      }),
    });
  }
}

function caseStyle(item: CaseSummary): Style {
  const colour = item.resolved ? tokens.onTime : item.status === 'withdrawn' ? '#7B8794' : tokens.contested;
  return new Style({
    image: new CircleStyle({
      radius: dotRadius(item.contested?.nominal.mu ?? 0),
      fill: new Fill({ color: withAlpha(colour, 0.45) }),
      stroke: new Stroke({ color: colour, width: 1.4 }),
    }),
  });
}
