import Style from 'ol/style/Style';
import Fill from 'ol/style/Fill';
import Stroke from 'ol/style/Stroke';
import Text from 'ol/style/Text';
import CircleStyle from 'ol/style/Circle';
import Point from 'ol/geom/Point';
import { fromLonLat } from 'ol/proj';
import type { PieceFeature } from '../api/types';
import { fontFamily, tokens } from '../app/tokens';
import { hatches, hatchPattern } from './hatch';

type PieceProperties = PieceFeature['properties'];

/** How a piece stands on the map just now. */
export interface PieceState {
  selected: boolean;
  hovered: boolean;
}

const ratio = () => Math.max(1, Math.round(globalThis.devicePixelRatio ?? 1));

/** Nominal ground: hatch and thin outline; grey and dotted where it is within tolerance. */
export function nominalStyles(p: PieceProperties, state: PieceState): Style[] {
  const tolerance = p.verdict === 'within_tolerance';
  const outline = tolerance ? tokens.toleranceText : tokens.contested;
  const width = state.selected ? 3 : state.hovered ? 2.4 : 1.2;
  const styles = [
    new Style({
      fill: new Fill({ color: hatchPattern(tolerance ? hatches.tolerance : hatches.nominal, ratio()) }),
      stroke: new Stroke({ color: outline, width }),
      zIndex: state.selected ? 3 : 2,
    }),
  ];
  if (state.selected || state.hovered) {
    styles.unshift(new Style({ stroke: new Stroke({ color: '#FFFFFF', width: width + 3 }), zIndex: 1 }));
  }
  return styles;
}

/** Core ground: solid fill with the 45° hatch; on nominal ground only what is missing to its full tint. */
export function coreStyles(onNominal: boolean): Style[] {
  return [new Style({ fill: new Fill({ color: hatchPattern(onNominal ? hatches.coreOnNominal : hatches.core, ratio()) }) })];
}

/** Outer ground: a dashed outline and nothing else. */
export function outerStyles(): Style[] {
  return [
    new Style({ stroke: new Stroke({ color: 'rgba(255,255,255,0.85)', width: 3.5 }) }),
    new Style({ stroke: new Stroke({ color: tokens.contested, width: 1.6, lineDash: [7, 5] }) }),
  ];
}

/** Sizes of the labels: the desk's and the projector's. */
export interface LabelSize {
  number: number;
  text: number;
}

export const deskLabels: LabelSize = { number: 13, text: 13 };
export const projectorLabels: LabelSize = { number: 26, text: 26 };

/** How a piece stands among the pieces of its run. */
export interface PieceStanding {
  /** 0 for the largest piece. */
  rank: number;
  /** How many pieces the run has within tolerance. */
  withinTolerance: number;
  /** The longer side of the piece as it is drawn, in pixels. */
  pixels: number;
}

/** With more pieces within tolerance than this, their plates show only when asked for. */
export const mostTolerancePlates = 3;

/** Below this a piece within tolerance shows nothing but its hatch. */
export const leastPixels = 6;

/** What is written on a piece: nothing, its number, or its number with the plate. */
export function pieceWriting(p: Pick<PieceProperties, 'verdict'>, state: PieceState, standing: PieceStanding): 'none' | 'number' | 'plate' {
  if (state.selected || state.hovered || p.verdict !== 'within_tolerance') return 'plate';
  if (standing.pixels < leastPixels) return 'none';
  return standing.withinTolerance <= mostTolerancePlates ? 'plate' : 'number';
}

/**
 * The number of a piece in a disc, and its text (mu, verdict) on a plate below
 * it. What collides gives way to the chosen piece, the one pointed at, and then
 * the larger one.
 */
export function pieceLabelStyles(p: PieceProperties, text: string, state: PieceState, size: LabelSize, standing: PieceStanding): Style[] {
  if (!p.label || p.n === undefined) return [];
  const writing = pieceWriting(p, state, standing);
  if (writing === 'none') return [];
  const at = new Point(fromLonLat(p.label));
  const colour = p.verdict === 'within_tolerance' ? tokens.toleranceText : tokens.contested;
  const number = writing === 'plate' ? size.number : Math.round(size.number * 0.77);
  const radius = number * 0.92 + (state.selected ? 2 : 0);
  // The higher is placed first. Two of a piece: its disc before its plate.
  const zIndex = state.selected ? 1e6 : state.hovered ? 1e6 - 2 : 1e5 - 2 * standing.rank;
  const declutterMode = state.selected || state.hovered ? 'obstacle' as const : 'declutter' as const;
  const disc = new Style({
    geometry: at,
    zIndex: zIndex + 1,
    image: new CircleStyle({
      radius,
      fill: new Fill({ color: colour }),
      stroke: new Stroke({ color: '#FFFFFF', width: 2 }),
      declutterMode,
    }),
    text: new Text({
      text: String(p.n),
      font: `700 ${number}px ${fontFamily}`,
      fill: new Fill({ color: '#FFFFFF' }),
      offsetY: 1,
      declutterMode,
    }),
  });
  if (writing === 'number') return [disc];
  const plate = new Style({
    geometry: at,
    zIndex,
    text: new Text({
      text,
      font: `600 ${size.text}px ${fontFamily}`,
      fill: new Fill({ color: tokens.ink }),
      backgroundFill: new Fill({ color: 'rgba(255,255,255,0.94)' }),
      backgroundStroke: new Stroke({ color: colour, width: state.selected ? 2 : 1 }),
      padding: [size.text * 0.3, size.text * 0.5, size.text * 0.2, size.text * 0.5],
      textBaseline: 'top',
      offsetY: radius + size.text * 0.55,
      overflow: true,
      declutterMode,
    }),
  });
  return [plate, disc];
}
