import type OlMap from 'ol/Map';
import LineString from 'ol/geom/LineString';
import Polygon from 'ol/geom/Polygon';
import type Geometry from 'ol/geom/Geometry';
import Draw from 'ol/interaction/Draw';
import VectorLayer from 'ol/layer/Vector';
import { toLonLat } from 'ol/proj';
import VectorSource from 'ol/source/Vector';
import CircleStyle from 'ol/style/Circle';
import Fill from 'ol/style/Fill';
import Stroke from 'ol/style/Stroke';
import Style from 'ol/style/Style';
import { ellipsoidalArea, ellipsoidalLength, type LonLat } from '../geodesy/ellipsoid';

export type MeasureKind = 'distance' | 'area';

/** What a drawn figure measures on the ellipsoid; area is absent for a line. */
export interface Measured {
  length_m: number;
  area_m2?: number;
  finished: boolean;
}

/** Measures a figure drawn in map units. */
export function measureOf(geometry: Geometry, finished: boolean): Measured {
  if (geometry instanceof Polygon) {
    const ring = (geometry.getCoordinates()[0] ?? []).map((c) => toLonLat(c) as unknown as LonLat);
    return { length_m: ellipsoidalLength(ring), area_m2: ellipsoidalArea(ring), finished };
  }
  const line = (geometry as LineString).getCoordinates().map((c) => toLonLat(c) as unknown as LonLat);
  return { length_m: ellipsoidalLength(line), finished };
}

const style = [
  new Style({ stroke: new Stroke({ color: '#FFFFFF', width: 5 }), fill: new Fill({ color: 'rgba(255,255,255,0.28)' }) }),
  new Style({
    stroke: new Stroke({ color: '#111111', width: 2, lineDash: [10, 5] }),
    image: new CircleStyle({ radius: 4, fill: new Fill({ color: '#111111' }), stroke: new Stroke({ color: '#FFFFFF', width: 1.5 }) }),
  }),
];

/** The measuring tool: one figure at a time, gone when the tool is put away. */
export class Measurer {
  readonly layer: VectorLayer<VectorSource>;
  private readonly source = new VectorSource();
  private draw: Draw | null = null;

  constructor(private readonly map: OlMap) {
    this.layer = new VectorLayer({ source: this.source, zIndex: 40, style });
  }

  start(kind: MeasureKind, onChange: (m: Measured | null) => void): void {
    this.stop();
    const draw = new Draw({ source: this.source, type: kind === 'area' ? 'Polygon' : 'LineString', style });
    draw.on('drawstart', (e) => {
      this.source.clear();
      onChange(null);
      const geometry = e.feature.getGeometry()!;
      geometry.on('change', () => onChange(measureOf(geometry, false)));
    });
    draw.on('drawend', (e) => onChange(measureOf(e.feature.getGeometry()!, true)));
    this.draw = draw;
    this.map.addInteraction(draw);
  }

  /** Drops the figure that is being drawn, keeps the tool. */
  abort(): void {
    this.draw?.abortDrawing();
    this.source.clear();
  }

  stop(): void {
    if (this.draw) this.map.removeInteraction(this.draw);
    this.draw = null;
    this.source.clear();
  }

  get active(): boolean {
    return this.draw !== null;
  }
}
