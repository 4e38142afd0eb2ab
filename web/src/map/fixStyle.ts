import Style from 'ol/style/Style';
import Fill from 'ol/style/Fill';
import Stroke from 'ol/style/Stroke';
import Text from 'ol/style/Text';
import CircleStyle from 'ol/style/Circle';
import RegularShape from 'ol/style/RegularShape';
import type { Quality } from '../api/types';
import { fontFamily, tokens } from '../app/tokens';

/** How a fix is drawn: by shape first, by colour second. */
export type FixSign = 'dot' | 'ring' | 'cross';

/** Fixed is a dot, float (and what lies between) a ring, single a cross; unknown is a plain dot. */
export function fixSign(quality: Quality): FixSign {
  switch (quality) {
    case 'fixed': case 'unknown': return 'dot';
    case 'float': case 'ppp': case 'dgps': return 'ring';
    case 'single': return 'cross';
  }
}

/** The radius of a fix at so many ground metres a pixel: small from afar, never large. */
export function fixRadius(metresPerPixel: number): number {
  if (metresPerPixel > 2) return 2;
  if (metresPerPixel > 0.7) return 2.6;
  return metresPerPixel > 0.25 ? 3.4 : 4.2;
}

const made = new Map<string, Style[]>();

/** The style of a fix. A jump also gets a red ring and its name. */
export function fixStyles(quality: Quality, jump: boolean, metresPerPixel: number, jumpWord: string): Style[] {
  const radius = fixRadius(metresPerPixel);
  const key = `${quality} ${jump} ${radius} ${jumpWord}`;
  let styles = made.get(key);
  if (!styles) {
    styles = [signStyle(fixSign(quality), quality, radius), ...(jump ? jumpStyles(jumpWord) : [])];
    made.set(key, styles);
  }
  return styles;
}

function signStyle(sign: FixSign, quality: Quality, radius: number): Style {
  const white = (width: number) => new Stroke({ color: '#FFFFFF', width });
  switch (sign) {
    case 'dot': {
      const color = quality === 'unknown' ? '#5A6572' : tokens.fixFixed;
      return new Style({ image: new CircleStyle({ radius, fill: new Fill({ color }), stroke: white(1) }), zIndex: 1 });
    }
    case 'ring':
      return new Style({
        image: new CircleStyle({ radius: radius + 0.6, fill: new Fill({ color: '#FFFFFF' }), stroke: new Stroke({ color: tokens.fixFloat, width: 1.8 }) }),
        zIndex: 2,
      });
    case 'cross':
      return new Style({
        image: new RegularShape({ points: 4, radius: radius + 2, radius2: 0, angle: Math.PI / 4, stroke: new Stroke({ color: tokens.fixSingle, width: 2 }) }),
        zIndex: 3,
      });
  }
}

function jumpStyles(word: string): Style[] {
  return [
    new Style({
      image: new CircleStyle({ radius: 11, stroke: new Stroke({ color: tokens.fixSingle, width: 2 }), declutterMode: 'none' }),
      text: new Text({
        text: word,
        font: `600 12px ${fontFamily}`,
        fill: new Fill({ color: tokens.fixSingle }),
        stroke: new Stroke({ color: '#FFFFFF', width: 3 }),
        offsetY: -19,
        declutterMode: 'none',
      }),
      zIndex: 4,
    }),
  ];
}

/** A questioned place: an amber triangle with its name. */
export function faultStyles(text: string, chosen: boolean): Style[] {
  return [
    new Style({
      image: new RegularShape({
        points: 3, radius: chosen ? 12 : 9, fill: new Fill({ color: '#FFC53D' }), stroke: new Stroke({ color: '#5C3A00', width: 1.6 }), declutterMode: 'none',
      }),
      text: chosen
        ? new Text({
            text,
            font: `600 13px ${fontFamily}`,
            fill: new Fill({ color: '#3A2500' }),
            backgroundFill: new Fill({ color: '#FFF6DB' }),
            backgroundStroke: new Stroke({ color: '#5C3A00', width: 1 }),
            padding: [4, 6, 2, 6],
            offsetY: -26,
            overflow: true,
            declutterMode: 'none',
          })
        : undefined,
      zIndex: chosen ? 9 : 5,
    }),
  ];
}
