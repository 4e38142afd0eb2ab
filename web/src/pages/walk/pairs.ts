export type Place = readonly [lon: number, lat: number];

/** A place that is known twice: where the walk has it, and where it is. */
export interface Pair {
  walked: Place;
  true: Place;
}

const written = ([lon, lat]: Place) => `${lon.toFixed(8)},${lat.toFixed(8)}`;

/** A pair as the server reads it. */
export const landmarkText = (p: Pair): string => `${written(p.walked)}=${written(p.true)}`;
