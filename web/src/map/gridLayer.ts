import type OlMap from 'ol/Map';
import Feature from 'ol/Feature';
import LineString from 'ol/geom/LineString';
import Point from 'ol/geom/Point';
import VectorLayer from 'ol/layer/Vector';
import VectorSource from 'ol/source/Vector';
import { fromLonLat, toLonLat } from 'ol/proj';
import Fill from 'ol/style/Fill';
import Stroke from 'ol/style/Stroke';
import Style from 'ol/style/Style';
import Text from 'ol/style/Text';
import { fontFamily, tokens } from '../app/tokens';
import { gridLines, gridStep, type GridLine } from './grid';
import { degrees, type Plane } from './plane';

const spacing = 110; // pixels between lines, at least
const corner = 150; // pixels around the corner that carry no label: the scale bar lies there
const lineStyle = new Style({ stroke: new Stroke({ color: tokens.mapGrid, width: 1 }) });

/**
 * The calm ground of an offline map: the grid of the case's own plane, below
 * everything else, with its coordinates at the edges of the view.
 */
export class GridLayer {
  readonly layer: VectorLayer<VectorSource>;
  readonly labels: VectorLayer<VectorSource>;
  private readonly source = new VectorSource();
  private readonly labelSource = new VectorSource();
  private plane: Plane = degrees;

  constructor(private readonly labelled: boolean) {
    this.layer = new VectorLayer({ source: this.source, zIndex: 0 });
    this.labels = new VectorLayer({ source: this.labelSource, zIndex: 3 });
  }

  /** Takes the plane of the case; without one the grid is in degrees. */
  setPlane(plane: Plane | null): void {
    this.plane = plane ?? degrees;
  }

  /** Draws the grid of the ground now in view, and one view around it. */
  refresh(map: OlMap): void {
    this.source.clear(true);
    this.labelSource.clear(true);
    const size = map.getSize();
    const resolution = map.getView().getResolution();
    if (!size || !resolution) return;
    const seen = map.getView().calculateExtent(size) as [number, number, number, number];
    const [west, south, east, north] = seen;
    const [lonLatSW, lonLatNE] = [toLonLat([west, south]), toLonLat([east, north])];
    const sw = this.plane.toPlane(lonLatSW);
    const ne = this.plane.toPlane(lonLatNE);
    if (![...sw, ...ne].every(Number.isFinite) || ne[0] - sw[0] > 2_000_000) return;
    const step = gridStep(((ne[0] - sw[0]) / size[0]!) * spacing);
    const [dx, dy] = [ne[0] - sw[0], ne[1] - sw[1]];
    const box = [sw[0] - dx, sw[1] - dy, ne[0] + dx, ne[1] + dy] as const;
    for (const line of gridLines(box, step)) {
      this.source.addFeature(this.lineFeature(line, box));
      const clear = line.axis === 'x' ? line.value - sw[0] : line.value - sw[1];
      if (this.labelled && clear > corner * ((ne[0] - sw[0]) / size[0]!)) this.labelSource.addFeature(this.labelFeature(line, sw, resolution));
    }
  }

  private lineFeature(line: GridLine, box: readonly [number, number, number, number]): Feature {
    const pieces = 8;
    const places = Array.from({ length: pieces + 1 }, (_, i) => {
      const t = i / pieces;
      return this.toMap(line.axis === 'x' ? [line.value, box[1] + (box[3] - box[1]) * t] : [box[0] + (box[2] - box[0]) * t, line.value]);
    });
    const feature = new Feature(new LineString(places));
    feature.setStyle(lineStyle);
    return feature;
  }

  private labelFeature(line: GridLine, sw: readonly [number, number], resolution: number): Feature {
    const x = line.axis === 'x';
    const at = this.toMap(x ? [line.value, sw[1]] : [sw[0], line.value]);
    const inset = 46 * resolution; // clear of the readout below and the tools on the left
    const feature = new Feature(new Point(x ? [at[0]!, at[1]! + inset] : [at[0]! + 58 * resolution, at[1]!]));
    feature.setStyle(
      new Style({
        text: new Text({
          text: this.plane === degrees ? `${Number(line.value.toFixed(6))}°` : (x ? 'Y ' : 'X ') + line.value.toFixed(0),
          font: `10.5px ${fontFamily}`,
          fill: new Fill({ color: tokens.ink }),
          stroke: new Stroke({ color: 'rgba(255,255,255,0.9)', width: 3 }),
          textAlign: 'left',
          offsetX: x ? 4 : 0,
          offsetY: x ? 0 : -8,
        }),
      }),
    );
    return feature;
  }

  private toMap(xy: number[]): number[] {
    return fromLonLat(this.plane.toLonLat(xy));
  }
}
