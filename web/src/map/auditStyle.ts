import Style from 'ol/style/Style';
import Fill from 'ol/style/Fill';
import Stroke from 'ol/style/Stroke';
import Text from 'ol/style/Text';
import CircleStyle from 'ol/style/Circle';
import type Geometry from 'ol/geom/Geometry';
import MultiPolygon from 'ol/geom/MultiPolygon';
import MultiPoint from 'ol/geom/MultiPoint';
import Polygon from 'ol/geom/Polygon';
import { count } from '../format/number';
import { fontFamily, tokens } from '../app/tokens';
import { claimLineStyles, sideSymbol } from './claimStyle';
import { inkOn, partyColour, withAlpha } from './colour';
import { hatches, hatchPattern } from './hatch';

const ratio = () => Math.max(1, Math.round(globalThis.devicePixelRatio ?? 1));

/** The radius of the dot of a block: ten times as many overlaps make it a little larger. */
export function blockRadius(n: number): number {
  return Math.min(22, 7 + 3.5 * Math.log10(Math.max(1, n)));
}

/** Below the zoom of single overlaps: a dot for those of a block, with their number. */
export function blockStyles(n: number): Style[] {
  return [
    new Style({
      zIndex: n,
      image: new CircleStyle({
        radius: blockRadius(n),
        fill: new Fill({ color: withAlpha(tokens.contested, 0.82) }),
        stroke: new Stroke({ color: '#FFFFFF', width: 1.5 }),
      }),
      text: new Text({ text: n < 1000 ? String(n) : `${count(Math.round(n / 1000))}k`, font: `600 11px ${fontFamily}`, fill: new Fill({ color: '#FFFFFF' }), offsetY: 1 }),
    }),
  ];
}

const overlap = () => [
  new Style({ stroke: new Stroke({ color: 'rgba(255,255,255,0.9)', width: 3.2 }), zIndex: 1 }),
  new Style({ fill: new Fill({ color: hatchPattern(hatches.nominal, ratio()) }), stroke: new Stroke({ color: tokens.contested, width: 1.4 }), zIndex: 2 }),
];
const dot = () => [
  new Style({
    image: new CircleStyle({ radius: 4, fill: new Fill({ color: tokens.contested }), stroke: new Stroke({ color: '#FFFFFF', width: 1.2 }), declutterMode: 'none' }),
  }),
];

/** An overlap as the tiles have it: contested ground, or a dot where the tile cannot draw its width. */
export function overlapStyles(isPoint: boolean): Style[] {
  return isPoint ? dot() : overlap();
}

/** The overlap that is chosen: the full tint of contested ground. */
export function chosenStyles(): Style[] {
  return [
    new Style({ stroke: new Stroke({ color: '#FFFFFF', width: 5 }), zIndex: 6 }),
    new Style({ fill: new Fill({ color: hatchPattern(hatches.core, ratio()) }), stroke: new Stroke({ color: tokens.contested, width: 2.4 }), zIndex: 7 }),
  ];
}

/** One of the two parcels, in the line, the symbol and the colour of the side that it would be on a case. */
export function parcelStyles(ground: Geometry, side: number, name: string): Style[] {
  const polygons = ground instanceof MultiPolygon ? ground.getPolygons() : ground instanceof Polygon ? [ground] : [];
  const corners = polygons.flatMap((p) => p.getLinearRing(0)!.getCoordinates().slice(1));
  const step = Math.max(1, Math.floor(corners.length / 8));
  const largest = polygons.reduce((best, p) => (p.getArea() > best.getArea() ? p : best), polygons[0] ?? new Polygon([]));
  return [
    ...claimLineStyles(side),
    new Style({ geometry: new MultiPoint(corners.filter((_, i) => i % step === 0)), image: sideSymbol(side), zIndex: 8 }),
    new Style({
      geometry: polygons.length > 0 ? largest.getInteriorPoint() : undefined,
      zIndex: 9,
      text: new Text({
        text: name,
        font: `600 13px ${fontFamily}`,
        fill: new Fill({ color: inkOn(partyColour(side)) }),
        backgroundFill: new Fill({ color: partyColour(side) }),
        backgroundStroke: new Stroke({ color: '#FFFFFF', width: 1.5 }),
        padding: [4, 7, 2, 7],
        offsetY: side === 1 ? -22 : 22, // two parcels that cover each other have one middle
        overflow: true,
      }),
    }),
  ];
}
