import type { Tally } from '../../api/types';
import { boundsDecimals, mu, muText } from '../../format/area';
import { count, percentText } from '../../format/number';

/** What the map of areas may show. */
export type Metric = 'rate' | 'accepted' | 'open';

export const metrics: readonly Metric[] = ['open', 'accepted', 'rate'];

/** The figure of a tally; null where there is none (a rate of no cases). */
export function metricValue(tally: Tally, metric: Metric): number | null {
  switch (metric) {
    case 'rate': return tally.rate ?? null;
    case 'accepted': return tally.accepted;
    case 'open': return mu(tally.open_ground.nominal.m2);
  }
}

/** The figure in words, without its unit but for the rate's. */
export function metricText(tally: Tally, metric: Metric): string {
  switch (metric) {
    case 'rate': return percentText(tally.rate);
    case 'accepted': return count(tally.accepted);
    case 'open': return tally.open_ground.outer.m2 === 0 ? '0' : muText(tally.open_ground.nominal, Math.min(1, boundsDecimals(tally.open_ground.core, tally.open_ground.outer)));
  }
}
