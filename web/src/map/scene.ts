import Feature from 'ol/Feature';
import OlMap from 'ol/Map';
import View from 'ol/View';
import ScaleLine from 'ol/control/ScaleLine';
import { defaults as defaultInteractions } from 'ol/interaction/defaults';
import Point from 'ol/geom/Point';
import VectorLayer from 'ol/layer/Vector';
import { fromLonLat, getPointResolution, toLonLat, transformExtent } from 'ol/proj';
import VectorSource from 'ol/source/Vector';
import type { CRS, Layer, Orthophoto } from '../api/types';
import { ClaimLayers } from './claimLayers';
import { ContourLayer } from './contourLayer';
import { FixLayer } from './fixLayer';
import { FlightLayer } from './flightLayer';
import { faultStyles } from './fixStyle';
import { GridLayer } from './gridLayer';
import { Measurer } from './measure';
import { PhotoLayer } from './photoLayer';
import { PieceLayers } from './pieceLayers';
import { planeOf, type Plane } from './plane';
import { ProposalTool } from './proposalTool';

/** Where the map looks: zoom, latitude, longitude. */
export interface MapPosition {
  zoom: number;
  lat: number;
  lon: number;
}

/** Room that panels take from the map, in pixels: top, right, bottom, left. */
export type Padding = [number, number, number, number];

/** A questioned place of a walk. */
export interface FaultMark {
  key: string;
  lon: number;
  lat: number;
  text: string;
}

export interface SceneEvents {
  onMove?(position: MapPosition): void;
  onPointer?(lonLat: [number, number] | null): void;
  onHover?(piece: number | null): void;
  onSelect?(piece: number | null): void;
  onTilesFailed?(): void;
}

/**
 * The map of a case: all layers, what is chosen, and where it looks. It knows
 * OpenLayers and no React; the page tells it what to show.
 */
export class Scene {
  readonly map: OlMap;
  readonly photo = new PhotoLayer(1);
  readonly compare = new PhotoLayer(2);
  readonly claims: ClaimLayers;
  readonly pieces: PieceLayers;
  readonly fixes = new FixLayer();
  readonly flight = new FlightLayer();
  readonly contours = new ContourLayer();
  readonly measurer: Measurer;
  readonly proposal: ProposalTool;
  plane: Plane | null = null;
  private readonly grid: GridLayer;
  private readonly faultSource = new VectorSource();
  private readonly faults: VectorLayer<VectorSource>;
  private isFramed = false;
  private chosenFault: string | null = null;
  private readonly view: View;

  constructor(target: HTMLElement, scaleTarget: HTMLElement, scale: 'desk' | 'projector', private readonly events: SceneEvents) {
    this.view = new View({ projection: 'EPSG:3857', center: fromLonLat([108.3, 23.8]), zoom: 7, maxZoom: 24, minZoom: 3, enableRotation: false });
    this.grid = new GridLayer(scale === 'desk');
    this.claims = new ClaimLayers(scale, (r) => this.groundResolution(r));
    this.pieces = new PieceLayers(scale);
    this.faults = new VectorLayer({
      source: this.faultSource,
      zIndex: 26,
      style: (f) => faultStyles(f.get('text') as string, f.get('key') === this.chosenFault),
    });
    this.map = new OlMap({
      target,
      view: this.view,
      controls: [new ScaleLine({ target: scaleTarget, units: 'metric', minWidth: scale === 'projector' ? 140 : 90 })],
      interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false, zoomDuration: 150 }),
      layers: [
        this.grid.layer, this.photo.layer, this.compare.layer, this.grid.labels, this.contours.layer, this.flight.grounds, this.flight.layer, this.claims.bands, this.pieces.nominal, this.pieces.core, this.pieces.outer,
        this.fixes.raw, this.claims.lines, this.fixes.layer, this.faults, this.claims.names, this.pieces.labels,
      ],
    });
    for (const photo of [this.photo, this.compare]) photo.onFailed = () => events.onTilesFailed?.();
    this.measurer = new Measurer(this.map);
    this.map.addLayer(this.measurer.layer);
    this.proposal = new ProposalTool(this.map, () => this.claims.corners, scale);
    this.map.getLayerGroup().setVisible(false);
    this.listen(target);
  }

  /** True once the first look is taken; before, the position is not the reader's. */
  get framed(): boolean {
    return this.isFramed;
  }

  /** Says that the map looks where it should: now it draws, and asks for tiles. */
  start(): void {
    this.isFramed = true;
    this.map.getLayerGroup().setVisible(true);
    this.refresh();
  }

  private listen(target: HTMLElement): void {
    // For whoever waits for the picture: a person's screen reader, or a test.
    this.map.on('loadstart', () => target.setAttribute('aria-busy', 'true'));
    this.map.on('loadend', () => target.setAttribute('aria-busy', String(!this.isFramed)));
    this.map.on('rendercomplete', () => target.setAttribute('aria-busy', String(!this.isFramed)));
    target.setAttribute('aria-busy', 'true');
    this.map.on('moveend', () => {
      this.refresh();
      const [lon, lat] = toLonLat(this.view.getCenter()!) as [number, number];
      this.events.onMove?.({ zoom: this.view.getZoom()!, lat, lon });
    });
    this.map.on('pointermove', (e) => {
      this.events.onPointer?.(toLonLat(e.coordinate) as [number, number]);
      if (e.dragging || this.measurer.active) return;
      const piece = this.pieceAt(e.pixel as [number, number]);
      target.style.cursor = piece === null ? '' : 'pointer';
      this.events.onHover?.(piece);
    });
    this.map.on('singleclick', (e) => {
      if (!this.measurer.active && !this.proposal.busy) this.events.onSelect?.(this.pieceAt(e.pixel as [number, number]));
    });
    target.addEventListener('pointerleave', () => {
      this.events.onPointer?.(null);
      this.events.onHover?.(null);
    });
  }

  private pieceAt(pixel: [number, number]): number | null {
    const found = this.map.forEachFeatureAtPixel(pixel, (f) => f.get('n') as number | undefined, {
      layerFilter: (l) => l === this.pieces.nominal || l === this.pieces.labels,
      hitTolerance: 3,
    });
    return found ?? null;
  }

  private groundResolution(resolution: number): number {
    return getPointResolution('EPSG:3857', resolution, this.view.getCenter()!, 'm');
  }

  private refresh(): void {
    const resolution = this.view.getResolution();
    if (resolution === undefined) return;
    this.grid.refresh(this.map);
    this.claims.refresh(resolution);
    this.fixes.refresh(resolution, this.groundResolution(resolution));
  }

  setCRS(crs: CRS | undefined): void {
    this.plane = crs ? planeOf(crs) : null;
    this.grid.setPlane(this.plane);
    this.refresh();
  }

  /** Shows one picture, or two on both sides of the swipe line; `swipe` null means no comparing. */
  setPhotos(left: Orthophoto | undefined, right: Orthophoto | undefined, swipe: number | null): void {
    this.photo.show(left);
    this.compare.show(swipe === null ? undefined : right);
    this.photo.confine(swipe === null ? 'all' : 'left', swipe ?? 0.5);
    this.compare.confine('right', swipe ?? 0.5);
  }

  setOpacity(opacity: number): void {
    this.photo.layer.setOpacity(opacity);
    this.compare.layer.setOpacity(opacity);
  }

  setFaults(marks: readonly FaultMark[], chosen: string | null): void {
    this.chosenFault = chosen;
    this.faultSource.clear(true);
    this.faultSource.addFeatures(marks.map((m) => new Feature({ geometry: new Point(fromLonLat([m.lon, m.lat])), key: m.key, text: m.text })));
  }

  setVisible(layers: ReadonlySet<Layer>): void {
    const show = (name: Layer, ...of: { setVisible(v: boolean): void }[]) => of.forEach((l) => l.setVisible(layers.has(name)));
    show('orthophoto', this.photo.layer, this.compare.layer);
    show('claims', this.claims.lines, this.claims.names);
    show('nominal', this.pieces.nominal, this.pieces.labels);
    show('core', this.pieces.core);
    this.pieces.stack(layers.has('nominal'));
    show('outer', this.pieces.outer);
    show('walks', this.fixes.raw, this.fixes.layer, this.faults);
    show('bands', this.claims.bands);
  }

  /** Looks at a place. */
  look(position: MapPosition): void {
    this.view.setCenter(fromLonLat([position.lon, position.lat]));
    this.view.setZoom(position.zoom);
  }

  /** Brings an extent in map units into the free part of the view. */
  fit(extent: readonly number[], padding: Padding, animate = true): void {
    this.view.fit(extent as number[], { padding, maxZoom: 21, duration: animate && !calm() ? 250 : 0 });
  }

  fitLonLat(bbox: readonly number[], padding: Padding, animate = false): void {
    this.fit(transformExtent(bbox as number[], 'EPSG:4326', 'EPSG:3857'), padding, animate);
  }

  /** Brings a place to the middle of the free part, close enough to see single fixes. */
  fitPlace(lon: number, lat: number, padding: Padding): void {
    const [x, y] = fromLonLat([lon, lat]) as [number, number];
    this.fit([x - 12, y - 12, x + 12, y + 12], padding);
  }

  zoomBy(delta: number): void {
    this.view.animate({ zoom: this.view.getZoom()! + delta, duration: calm() ? 0 : 150 });
  }

  dispose(): void {
    this.map.setTarget(undefined);
    this.map.dispose();
  }
}

function calm(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
