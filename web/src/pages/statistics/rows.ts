import type { CaseKind, CaseQuery, Statistics, StatisticsQuery, Tally } from '../../api/types';
import { monthAfter } from '../../format/time';
import { patched } from '../../url/query';

/** A line of a table: a tally, and the filter whose cases it counts. */
export interface TallyRow {
  key: string;
  name: string;
  tally: Tally;
  filter: CaseQuery;
  drill?: string; // the address that opens the line in the page itself
  resolvedInMonth?: { count: number; filter: CaseQuery };
}

/** The areas one level down; each opens its own page. */
export function areaRows(statistics: Statistics, query: StatisticsQuery): TallyRow[] {
  return statistics.by_area.map(({ area, tally }) => ({
    key: area.code,
    name: area.name,
    tally,
    filter: { ...query, area: area.code },
    drill: `/statistics?${patched(new URLSearchParams(query as Record<string, string>).toString(), { area: area.code })}`,
  }));
}

export function kindRows(statistics: Statistics, query: StatisticsQuery, word: (kind: CaseKind) => string): TallyRow[] {
  return statistics.by_kind.map(({ kind, tally }) => ({ key: kind, name: word(kind), tally, filter: { ...query, kind } }));
}

/** The months, newest first. A month of acceptance is cut to the dates that are asked for. */
export function monthRows(statistics: Statistics, query: StatisticsQuery): TallyRow[] {
  return statistics.by_month
    .map(({ month, tally, resolved_in_month }) => ({
      key: month,
      name: month,
      tally,
      filter: { ...query, ...monthOfAcceptance(month, query) },
      resolvedInMonth: { count: resolved_in_month, filter: resolvedInMonth(month, query) },
    }))
    .reverse();
}

/** The filter for cases accepted in a month, within the dates that are asked for. */
export function monthOfAcceptance(month: string, query: StatisticsQuery): Pick<CaseQuery, 'accepted_from' | 'accepted_before'> {
  const [from, before] = [`${month}-01`, monthAfter(month)];
  return {
    accepted_from: query.accepted_from && query.accepted_from > from ? query.accepted_from : from,
    accepted_before: query.accepted_before && query.accepted_before < before ? query.accepted_before : before,
  };
}

/** The filter for cases resolved in a month, among those that the page counts. */
export function resolvedInMonth(month: string, query: StatisticsQuery): CaseQuery {
  return { ...query, resolved: true, resolved_from: `${month}-01`, resolved_before: monthAfter(month) };
}
