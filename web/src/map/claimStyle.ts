import Style from 'ol/style/Style';
import Fill from 'ol/style/Fill';
import Stroke from 'ol/style/Stroke';
import Text from 'ol/style/Text';
import RegularShape from 'ol/style/RegularShape';
import CircleStyle from 'ol/style/Circle';
import type ImageStyle from 'ol/style/Image';
import MultiPoint from 'ol/geom/MultiPoint';
import Point from 'ol/geom/Point';
import { fontFamily } from '../app/tokens';
import { inkOn, partyColour, withAlpha } from './colour';
import { ribbonPixels } from './zoom';

/** 0.3 mm on paper; 2 px on a screen of 96 dpi is 0.5 mm, so that it carries over imagery. */
export const claimWidth = 2.2;

/** A claim line: the party's colour on a white casing. */
export function claimLineStyles(side: number, width = claimWidth): Style[] {
  return [
    new Style({ stroke: new Stroke({ color: 'rgba(255,255,255,0.95)', width: width + 2 }), zIndex: 1 }),
    new Style({ stroke: new Stroke({ color: partyColour(side), width }), zIndex: 2 }),
  ];
}

/** The accuracy band of a line, unless it is thinner than the eye can see where it is widest. */
export function bandStyles(side: number, widestMetres: number, metresPerPixel: number): Style[] {
  if (ribbonPixels(widestMetres, metresPerPixel) < 0.5) return [];
  return [new Style({ fill: new Fill({ color: withAlpha(partyColour(side), 0.16) }) })];
}

/** The symbol of a side, so that colour is never the only sign: disc, square, triangle, diamond, star, cross. */
export function sideSymbol(side: number, radius = 4.5): ImageStyle {
  const fill = new Fill({ color: partyColour(side) });
  const stroke = new Stroke({ color: '#FFFFFF', width: 1.2 });
  const declutterMode = 'none' as const;
  switch ((side - 1) % 6) {
    case 0: return new CircleStyle({ radius, fill, stroke, declutterMode });
    case 1: return new RegularShape({ points: 4, radius: radius * 1.25, angle: Math.PI / 4, fill, stroke, declutterMode });
    case 2: return new RegularShape({ points: 3, radius: radius * 1.35, fill, stroke, declutterMode });
    case 3: return new RegularShape({ points: 4, radius: radius * 1.35, fill, stroke, declutterMode });
    case 4: return new RegularShape({ points: 5, radius: radius * 1.5, radius2: radius * 0.65, fill, stroke, declutterMode });
    default: return new RegularShape({ points: 6, radius: radius * 1.3, fill, stroke, declutterMode });
  }
}

/** The symbols of a side at places of its line. */
export function symbolStyles(side: number, places: number[][], radius?: number): Style[] {
  return [new Style({ geometry: new MultiPoint(places), image: sideSymbol(side, radius), zIndex: 3 })];
}

/** The name of a party on a plate in its colour, lying towards the inside of its ground. */
export function claimLabelStyles(side: number, text: string, at: number[], inward: 'east' | 'west', size: number): Style[] {
  return [
    new Style({
      geometry: new Point(at),
      zIndex: 20,
      text: new Text({
        text,
        font: `600 ${size}px ${fontFamily}`,
        fill: new Fill({ color: inkOn(partyColour(side)) }),
        backgroundFill: new Fill({ color: partyColour(side) }),
        backgroundStroke: new Stroke({ color: '#FFFFFF', width: 1.5 }),
        padding: [size * 0.28, size * 0.5, size * 0.18, size * 0.5],
        textAlign: inward === 'east' ? 'left' : 'right',
        offsetX: inward === 'east' ? size : -size,
        overflow: true,
        declutterMode: 'none',
      }),
    }),
  ];
}
