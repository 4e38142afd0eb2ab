import Feature from 'ol/Feature';
import LineString from 'ol/geom/LineString';
import Point from 'ol/geom/Point';
import Polygon from 'ol/geom/Polygon';
import VectorLayer from 'ol/layer/Vector';
import { fromLonLat } from 'ol/proj';
import VectorSource from 'ol/source/Vector';
import Fill from 'ol/style/Fill';
import Stroke from 'ol/style/Stroke';
import Style from 'ol/style/Style';
import type { PhotoCollection, Quality } from '../api/types';
import { fixStyles } from './fixStyle';

const ground = new Style({ stroke: new Stroke({ color: 'rgba(255,255,255,0.5)', width: 1 }), fill: new Fill({ color: 'rgba(27,36,48,0.035)' }) });
const line = [
  new Style({ stroke: new Stroke({ color: 'rgba(255,255,255,0.85)', width: 3.6 }) }),
  new Style({ stroke: new Stroke({ color: '#1B2430', width: 1.6 }) }), // no party's colour
];

/**
 * One drone flight: the line flown, a sign a photo by the quality of its position
 * (as fixes have them), and below all that is measured the ground that each shows.
 * Where many photos overlap the tint adds up, so holes are seen.
 */
export class FlightLayer {
  private readonly source = new VectorSource();
  private readonly groundSource = new VectorSource();
  readonly grounds = new VectorLayer({ source: this.groundSource, zIndex: 12, style: ground });
  readonly layer = new VectorLayer({
    source: this.source,
    zIndex: 18,
    style: (f) => (f.get('quality') ? fixStyles(f.get('quality') as Quality, false, 1, '') : line),
  });

  /** Shows the photos of a flight; undefined shows none. */
  show(photos: PhotoCollection | undefined): void {
    this.source.clear(true);
    this.groundSource.clear(true);
    if (!photos) return;
    const placed = photos.features.filter((p) => p.geometry);
    const places = placed.map((p) => fromLonLat(p.geometry!.coordinates as number[]));
    if (places.length > 1) this.source.addFeature(new Feature(new LineString(places)));
    this.source.addFeatures(placed.map((p, i) => new Feature({ geometry: new Point(places[i]!), quality: p.properties.quality })));
    for (const { properties } of placed) {
      const ring = (properties.footprint?.coordinates as number[][][] | undefined)?.[0];
      if (ring) this.groundSource.addFeature(new Feature(new Polygon([ring.map((c) => fromLonLat(c))])));
    }
  }
}
