import type { FeatureLike } from 'ol/Feature';
import OlMap from 'ol/Map';
import View from 'ol/View';
import ScaleLine from 'ol/control/ScaleLine';
import GeoJSON from 'ol/format/GeoJSON';
import MVT from 'ol/format/MVT';
import type Geometry from 'ol/geom/Geometry';
import Feature from 'ol/Feature';
import { defaults as defaultInteractions } from 'ol/interaction/defaults';
import VectorLayer from 'ol/layer/Vector';
import VectorTileLayer from 'ol/layer/VectorTile';
import { fromLonLat, toLonLat, transformExtent } from 'ol/proj';
import VectorSource from 'ol/source/Vector';
import VectorTileSource from 'ol/source/VectorTile';
import { createXYZ } from 'ol/tilegrid';
import type { CRS, OverlapDetail, TileJSON } from '../api/types';
import type { Pair } from '../url/auditState';
import { blockStyles, chosenStyles, overlapStyles, parcelStyles } from './auditStyle';
import { GridLayer } from './gridLayer';
import { planeOf, type Plane } from './plane';
import type { MapPosition, Padding } from './scene';

const format = new GeoJSON({ dataProjection: 'EPSG:4326', featureProjection: 'EPSG:3857' });

export interface AuditMapEvents {
  onMove?(position: MapPosition): void;
  onPointer?(lonLat: [number, number] | null): void;
  onPick?(pair: Pair): void;
  onShapes?(shown: boolean): void; // whether the map is near enough to show each overlap
}

/** The map of an audit: its vector tiles, and the two parcels of the overlap that is chosen. */
export class AuditMap {
  plane: Plane | null = null;
  private readonly map: OlMap;
  private readonly view = new View({ center: fromLonLat([108.3, 23.8]), zoom: 6, minZoom: 3, maxZoom: 23, enableRotation: false });
  private readonly grid = new GridLayer(true);
  private readonly found = new VectorTileLayer({ zIndex: 2, declutter: true, style: (f) => this.foundStyle(f) });
  private readonly parcels = new VectorSource();
  private isFramed = false;
  private shapes: boolean | null = null;
  private shapesFrom = 0;

  constructor(target: HTMLElement, scaleTarget: HTMLElement, private readonly events: AuditMapEvents) {
    const parcels = new VectorLayer({ source: this.parcels, zIndex: 5, style: (f) => styleOfChosen(f as Feature) });
    this.map = new OlMap({
      target,
      view: this.view,
      controls: [new ScaleLine({ target: scaleTarget, units: 'metric', minWidth: 90 })],
      interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false, zoomDuration: 150 }),
      layers: [this.grid.layer, this.found, this.grid.labels, parcels],
    });
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
    const busy = (is: boolean) => target.setAttribute('aria-busy', String(is || !this.isFramed));
    busy(true);
    this.map.on('loadstart', () => busy(true));
    this.map.on('loadend', () => busy(false));
    this.map.on('rendercomplete', () => busy(false));
    this.map.on('moveend', () => {
      this.refresh();
      const [lon, lat] = toLonLat(this.view.getCenter()!) as [number, number];
      this.events.onMove?.({ zoom: this.view.getZoom()!, lat, lon });
    });
    this.map.on('pointermove', (e) => {
      this.events.onPointer?.(toLonLat(e.coordinate) as [number, number]);
      if (!e.dragging) target.style.cursor = this.foundAt(e.pixel) ? 'pointer' : '';
    });
    target.addEventListener('pointerleave', () => this.events.onPointer?.(null));
    this.map.on('singleclick', (e) => {
      const found = this.foundAt(e.pixel);
      if (!found) return;
      if (isOverlap(found)) this.events.onPick?.({ a: Number(found.get('a')), b: Number(found.get('b')) });
      else this.view.animate({ center: e.coordinate, zoom: Math.min(this.view.getZoom()! + 2.5, this.shapesFrom + 1.5), duration: calm() ? 0 : 250 });
    });
  }

  private foundAt(pixel: number[]): FeatureLike | null {
    return this.map.forEachFeatureAtPixel(pixel, (f) => f, { layerFilter: (l) => l === this.found, hitTolerance: 4 }) ?? null;
  }

  private foundStyle(feature: FeatureLike) {
    if (isOverlap(feature)) return overlapStyles(feature.getGeometry()?.getType() === 'Point');
    return blockStyles(Number(feature.get('n')));
  }

  /** Takes the tiles of an audit; taken again when it has changed, all are asked for anew, by their ETags. */
  setTiles(tiles: TileJSON): void {
    const { pathname } = new URL(tiles.tiles[0]!, window.location.href);
    this.shapesFrom = Math.max(...tiles.vector_layers.map((l) => l.minzoom));
    this.found.setSource(new VectorTileSource({
      format: new MVT(),
      tileGrid: createXYZ({ minZoom: tiles.minzoom, maxZoom: tiles.maxzoom, tileSize: 512 }),
      url: decodeURI(pathname),
      extent: tiles.bounds && transformExtent(tiles.bounds, 'EPSG:4326', 'EPSG:3857'),
    }));
    this.refresh();
  }

  setCRS(crs: CRS | undefined): void {
    this.plane = crs ? planeOf(crs) : null;
    this.grid.setPlane(this.plane);
    this.refresh();
  }

  /** Draws both parcels of an overlap and their common ground. */
  setChosen(detail: OverlapDetail | undefined): void {
    this.parcels.clear(true);
    if (!detail) return;
    const read = (geometry: unknown) => format.readGeometry(geometry) as Geometry;
    detail.parcels.forEach((p, i) => this.parcels.addFeature(new Feature({ geometry: read(p.geometry), side: i + 1, name: `${i === 0 ? 'A' : 'B'} ${p.feature}` })));
    if (detail.geometry) this.parcels.addFeature(new Feature({ geometry: read(detail.geometry), ground: true }));
  }

  /** Brings the chosen overlap, with both parcels around it, into the free part of the map. */
  fitChosen(padding: Padding, animate: boolean): void {
    const ground = this.parcels.getFeatures().find((f) => f.get('ground'))?.getGeometry()?.getExtent();
    const whole = this.parcels.getExtent();
    if (this.parcels.isEmpty() || !whole) return;
    // A sliver between two farms of a kilometre would be lost in the picture of both.
    const [west = 0, south = 0, east = 0, north = 0] = ground ?? whole;
    const room = Math.max(east - west, north - south, 20) * 2;
    const around = [west - room, south - room, east + room, north + room];
    this.fit(whole.map((v, i) => (i < 2 ? Math.max(v, around[i]!) : Math.min(v, around[i]!))), padding, animate);
  }

  fitLonLat(bbox: readonly number[], padding: Padding): void {
    this.fit(transformExtent(bbox as number[], 'EPSG:4326', 'EPSG:3857'), padding, false);
  }

  private fit(extent: number[], padding: Padding, animate: boolean): void {
    this.view.fit(extent, { padding, maxZoom: 20, duration: animate && !calm() ? 250 : 0 });
  }

  look(position: MapPosition): void {
    this.view.setCenter(fromLonLat([position.lon, position.lat]));
    this.view.setZoom(position.zoom);
  }

  zoomBy(delta: number): void {
    this.view.animate({ zoom: this.view.getZoom()! + delta, duration: calm() ? 0 : 150 });
  }

  private refresh(): void {
    if (!this.isFramed) return;
    this.grid.refresh(this.map);
    const tileZoom = this.found.getSource()?.getTileGrid()?.getZForResolution(this.view.getResolution()!);
    const shapes = tileZoom !== undefined && tileZoom >= this.shapesFrom;
    if (shapes !== this.shapes) this.events.onShapes?.((this.shapes = shapes));
  }

  dispose(): void {
    this.map.setTarget(undefined);
    this.map.dispose();
  }
}

function isOverlap(feature: FeatureLike): boolean {
  return feature.get('layer') === 'overlaps';
}

function styleOfChosen(feature: Feature) {
  if (feature.get('ground')) return chosenStyles();
  return parcelStyles(feature.getGeometry()!, feature.get('side') as number, feature.get('name') as string);
}

function calm(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
