import { caseKinds, caseStatuses, type CaseKind, type CaseQuery, type CaseStatus, type StatisticsQuery } from '../api/types';

const day = /^\d{4}-\d{2}-\d{2}$/;
const areaCode = /^\d{12}$/;

function matching(params: URLSearchParams, name: string, pattern: RegExp): string | undefined {
  const value = params.get(name);
  return value !== null && pattern.test(value) ? value : undefined;
}

function flag(params: URLSearchParams, name: string): boolean | undefined {
  const value = params.get(name);
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

/** Reads the filters that cases and statistics share; what is not well-formed is left out. */
export function statisticsQueryOf(params: URLSearchParams): StatisticsQuery {
  const kind = params.get('kind') as CaseKind | null;
  return dropAbsent({
    area: matching(params, 'area', areaCode),
    kind: kind && caseKinds.includes(kind) ? kind : undefined,
    accepted_from: matching(params, 'accepted_from', day),
    accepted_before: matching(params, 'accepted_before', day),
  });
}

/** Reads the filters of the list of cases from the address. */
export function caseQueryOf(params: URLSearchParams): CaseQuery {
  const statuses = (params.get('status') ?? '').split(',').filter((s): s is CaseStatus => caseStatuses.includes(s as CaseStatus));
  return dropAbsent({
    ...statisticsQueryOf(params),
    status: statuses.length > 0 ? statuses : undefined,
    resolved: flag(params, 'resolved'),
    resolved_from: matching(params, 'resolved_from', day),
    resolved_before: matching(params, 'resolved_before', day),
    three_cross: flag(params, 'three_cross'),
    q: params.get('q') || undefined,
    cursor: params.get('cursor') || undefined,
  });
}

/** The address of the list of cases with these filters. */
export function casesPath(query: CaseQuery): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value));
  params.sort();
  const search = params.toString();
  return search ? `/cases?${search}` : '/cases';
}

/** The address of a case. */
export function casePath(number: string): string {
  return `/cases/${encodeURIComponent(number)}`;
}

/** The address of the report of a walk. */
export function walkPath(number: string, walk: string): string {
  return `${casePath(number)}/walks/${walk}`;
}

function dropAbsent<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}
