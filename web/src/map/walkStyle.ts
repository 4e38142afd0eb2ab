import CircleStyle from 'ol/style/Circle';
import Fill from 'ol/style/Fill';
import RegularShape from 'ol/style/RegularShape';
import Stroke from 'ol/style/Stroke';
import Style from 'ol/style/Style';
import Text from 'ol/style/Text';
import type { Quality } from '../api/types';
import { fontFamily, tokens } from '../app/tokens';
import type { WalkMark } from './walkLayers';

/** The colour of a quality, on the map, in bars and in tables. */
export const qualityColours: Record<Quality, string> = {
  fixed: tokens.fixFixed, ppp: '#5B9E3D', float: tokens.fixFloat, dgps: '#B8860B', single: tokens.fixSingle, unknown: '#5A6572',
};

/** How a quality is drawn beside its colour: unbroken, dashed or dotted. */
export function dashOf(quality: Quality): number[] | undefined {
  switch (quality) {
    case 'fixed': case 'unknown': return undefined;
    case 'ppp': case 'float': case 'dgps': return [9, 5];
    case 'single': return [2, 5];
  }
}

const lines = new Map<string, Style[]>();

/** The line of a walk by quality; across a gap, from its end to its start, and where fixes were left out, it is thin. */
export function lineStyles(quality: Quality | 'gap' | 'closing' | 'left'): Style[] {
  let made = lines.get(quality);
  if (!made) lines.set(quality, (made = makeLine(quality)));
  return made;
}

function makeLine(quality: Quality | 'gap' | 'closing' | 'left'): Style[] {
  const stroke = (color: string, width: number, lineDash?: number[]) => new Style({ stroke: new Stroke({ color, width, lineDash, lineCap: 'butt' }) });
  switch (quality) {
    case 'gap': return [stroke('#FFFFFF', 4), stroke(tokens.fixSingle, 1.6, [3, 7])];
    case 'closing': return [stroke('rgba(255,255,255,0.8)', 3), stroke(tokens.ink, 1.2, [7, 5])];
    case 'left': return [stroke('rgba(27,36,48,0.75)', 1.2, [2, 3])];
    default: return [stroke('rgba(255,255,255,0.95)', 6), stroke(qualityColours[quality], 3.4, dashOf(quality))];
  }
}

/** Sigmas are drawn in steps of a tenth, so that a line is a few strokes and not thousands. */
export const sigmaStep = (sigma: number): number => Math.round(Math.log(sigma) / Math.log(1.1));
export const widthOfStep = (step: number): number => 1.1 ** step;

/** The band of a line, so many pixels wide; none where the line itself is wider. */
export function bandStyle(quality: Quality, pixels: number): Style | undefined {
  if (pixels < 3) return undefined;
  return new Style({ stroke: new Stroke({ color: qualityColours[quality], width: pixels, lineCap: 'round', lineJoin: 'round' }) });
}

/** A pointed point: its number in a disc. */
export function pointStyles(text: string, chosen: boolean): Style[] {
  const radius = chosen ? 13 : 9;
  return [
    new Style({
      image: new CircleStyle({ radius, fill: new Fill({ color: chosen ? tokens.primary : '#FFFFFF' }), stroke: new Stroke({ color: chosen ? '#FFFFFF' : tokens.ink, width: 1.6 }), declutterMode: 'none' }),
      text: new Text({ text, font: `600 ${chosen ? 13 : 11}px ${fontFamily}`, fill: new Fill({ color: chosen ? '#FFFFFF' : tokens.ink }), offsetY: 1, declutterMode: 'none' }),
      zIndex: chosen ? 9 : 4,
    }),
  ];
}

const amber = '#FFC53D';

/** Something to look at: a triangle for what is questioned, a ring for a jump, a square for a slip, a bar for a gap; its words when it is chosen. */
export function markStyles(kind: Exclude<WalkMark['kind'], 'point' | 'place'>, text: string, chosen: boolean): Style[] {
  const grown = chosen ? 1.35 : 1;
  const dark = new Stroke({ color: '#5C3A00', width: 1.6 });
  const declutterMode = 'none' as const;
  const image = (() => {
    switch (kind) {
      case 'fault': return new RegularShape({ points: 3, radius: 9 * grown, fill: new Fill({ color: amber }), stroke: dark, declutterMode });
      case 'jump': return new CircleStyle({ radius: 7 * grown, fill: new Fill({ color: 'rgba(255,255,255,0.75)' }), stroke: new Stroke({ color: tokens.fixSingle, width: 2.4 }), declutterMode });
      case 'slip': return new RegularShape({ points: 4, angle: Math.PI / 4, radius: 9 * grown, fill: new Fill({ color: 'rgba(255,255,255,0.75)' }), stroke: new Stroke({ color: tokens.fixSingle, width: 2.2 }), declutterMode });
      case 'gap': return new RegularShape({ points: 4, radius: 9 * grown, fill: new Fill({ color: '#FFFFFF' }), stroke: new Stroke({ color: tokens.ink, width: 2 }), declutterMode });
    }
  })();
  return [
    new Style({
      image,
      text: chosen
        ? new Text({
            text, font: `600 13px ${fontFamily}`, fill: new Fill({ color: '#3A2500' }), backgroundFill: new Fill({ color: '#FFF6DB' }), backgroundStroke: new Stroke({ color: '#5C3A00', width: 1 }),
            padding: [4, 6, 2, 6], offsetY: -26, overflow: true, declutterMode,
          })
        : undefined,
      zIndex: chosen ? 10 : 6,
    }),
  ];
}
