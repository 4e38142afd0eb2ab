import type { Layer } from '../api/types';
import type { EastNorth } from '../kernel/codec';
import type { MapPosition } from '../map/scene';
import { lineOf, seatsOf, type Seats } from './proposalLine';

/** The layers a case map can show, from the ground up. */
export const allLayers: readonly Layer[] = ['orthophoto', 'bands', 'nominal', 'core', 'outer', 'claims', 'walks'];

/** What is shown when the address says nothing: all but the accuracy bands. */
export const defaultLayers: readonly Layer[] = allLayers.filter((l) => l !== 'bands');

/** Everything of the case map that the address carries. */
export interface MapState {
  position: MapPosition | null;
  layers: ReadonlySet<Layer>;
  opacity: number; // of the picture, 0 to 1
  photo: string | null; // the picture shown; null is the newest
  flight: string | null; // the flight whose photos are shown; null is none
  contours: string | null; // the model of heights whose contours are drawn; null is none
  piece: number | null;
  fault: string | null;
  swipe: number | null; // where the swipe line stands, 0 to 1; null is no comparing
  right: string | null; // the picture on its right; null is none
  panel: boolean;
  line: readonly EastNorth[] | null; // of a proposal; null is none, empty is one to be drawn
  proposal: string | null; // the saved one that the line came from
  seats: ReadonlyMap<number, Seats>; // who gets which side, by piece, where not as usual
}

export function mapStateOf(params: URLSearchParams): MapState {
  return {
    position: positionOf(params.get('map')),
    layers: layersOf(params.get('layers')),
    opacity: fraction(params.get('opacity')) ?? 1,
    photo: params.get('photo'),
    flight: params.get('flight'),
    contours: params.get('contours'),
    piece: wholeNumber(params.get('piece')),
    fault: params.get('fault'),
    swipe: fraction(params.get('swipe')),
    right: params.get('right'),
    panel: params.get('panel') !== '0',
    line: lineOf(params.get('line')),
    proposal: params.get('proposal'),
    seats: seatsOf(params.get('seats')),
  };
}

/** Reads `zoom/lat/lon`; null when it is not such. */
export function positionOf(text: string | null): MapPosition | null {
  if (!/^\d+(\.\d+)?\/-?\d+(\.\d+)?\/-?\d+(\.\d+)?$/.test(text ?? '')) return null;
  const [zoom = 0, lat = 0, lon = 0] = text!.split('/').map(Number);
  return zoom <= 24 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180 ? { zoom, lat, lon } : null;
}

/** Writes `zoom/lat/lon`, to 0.1 m. */
export function positionText({ zoom, lat, lon }: MapPosition): string {
  return `${zoom.toFixed(2)}/${lat.toFixed(6)}/${lon.toFixed(6)}`;
}

function layersOf(text: string | null): ReadonlySet<Layer> {
  if (text === null) return new Set(defaultLayers);
  return new Set(allLayers.filter((l) => text.split('.').includes(l)));
}

/** Writes the layers; undefined when they are those shown anyway. `none` keeps an empty choice. */
export function layersText(layers: ReadonlySet<Layer>): string | undefined {
  const text = allLayers.filter((l) => layers.has(l)).join('.');
  return text === defaultLayers.join('.') ? undefined : text || 'none';
}

function fraction(percent: string | null): number | null {
  if (percent === null || !/^\d{1,3}$/.test(percent)) return null;
  return Math.min(100, Number(percent)) / 100;
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : null;
}
