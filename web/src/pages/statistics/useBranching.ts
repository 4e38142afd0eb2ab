import { useStatistics } from '../../api/queries';
import type { Statistics, StatisticsQuery } from '../../api/types';

/**
 * The first level below the chosen area that has more than one area: a region
 * of a single province shows its cities at once. The totals stay those of the
 * selection; only the division into areas comes from further down.
 */
export function useBranching(statistics: Statistics, query: StatisticsQuery): { below: Statistics; parent: string | undefined } {
  const first = onlyArea(statistics);
  const second = useStatistics({ ...query, area: first }, first !== undefined).data;
  if (!first || !second || second.by_area.length === 0 || second.area?.code !== first) return { below: statistics, parent: query.area };
  return { below: second, parent: first };
}

function onlyArea(statistics: Statistics): string | undefined {
  return statistics.by_area.length === 1 ? statistics.by_area[0]!.area.code : undefined;
}
