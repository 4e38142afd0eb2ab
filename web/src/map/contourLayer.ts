import Feature from 'ol/Feature';
import MultiLineString from 'ol/geom/MultiLineString';
import VectorLayer from 'ol/layer/Vector';
import { fromLonLat } from 'ol/proj';
import VectorSource from 'ol/source/Vector';
import Fill from 'ol/style/Fill';
import Stroke from 'ol/style/Stroke';
import Style from 'ol/style/Style';
import Text from 'ol/style/Text';
import type { ContourCollection } from '../api/types';

const brown = '#7A4A12'; // as on topographic maps; no party's colour
const casing = new Stroke({ color: 'rgba(255,255,255,0.55)', width: 2.4 });

function styleOf(height: number, index: boolean): Style[] {
  const line = new Stroke({ color: brown, width: index ? 1.5 : 0.7 });
  if (!index) return [new Style({ stroke: casing }), new Style({ stroke: line })];
  const text = new Text({
    text: String(height), placement: 'line', repeat: 420, font: '600 11px "Noto Sans SC", sans-serif', fill: new Fill({ color: brown }), stroke: new Stroke({ color: 'rgba(255,255,255,0.9)', width: 3 }),
  });
  return [new Style({ stroke: casing }), new Style({ stroke: line, text })];
}

/** The contours of one model of heights, each fifth bold and with its height. */
export class ContourLayer {
  private readonly source = new VectorSource();
  readonly layer = new VectorLayer({
    source: this.source, zIndex: 11, declutter: true, updateWhileInteracting: false, style: (f) => styleOf(f.get('height') as number, f.get('index') as boolean),
  });

  /** How many heights are drawn. */
  get heights(): number {
    return this.source.getFeatures().length;
  }

  /** Shows contours, moved as their picture is, by metres of EPSG:3857; undefined shows none. */
  show(contours: ContourCollection | undefined, shift: readonly number[] = [0, 0]): void {
    this.source.clear(true);
    if (!contours) return;
    const [east = 0, north = 0] = shift;
    this.source.addFeatures(
      contours.features.map(({ geometry, properties }) => {
        const lines = (geometry.coordinates as number[][][]).map((line) => line.map((c) => fromLonLat(c)));
        const shape = new MultiLineString(lines);
        shape.translate(east, north);
        return new Feature({ geometry: shape, height: properties.height_m, index: properties.index ?? false });
      }),
    );
  }
}
