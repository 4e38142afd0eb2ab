import { keepPreviousData, queryOptions, useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query';
import { api, data } from './client';
import { isNotFound } from './problem';
import type { Audit, Case, CaseQuery, ClaimFeature, StatisticsQuery } from './types';
import type { Pair } from '../url/auditState';

const frozen = { staleTime: Infinity };

export const caseQuery = (number: string) =>
  queryOptions({
    queryKey: ['case', number],
    queryFn: async () => {
      const { data: body, response } = await api.GET('/cases/{number}', { params: { path: { number } } });
      if (!body) throw new Error('empty answer');
      return { case: body, etag: response.headers.get('ETag') ?? `"${body.revision}"` };
    },
  });

export const useCase = (number: string) => useQuery(caseQuery(number));

export const useCases = (query: CaseQuery) =>
  useQuery({
    queryKey: ['cases', query],
    queryFn: () => data(api.GET('/cases', { params: { query } })),
    placeholderData: keepPreviousData,
  });

/** The newest run of a case, or null while there is none. A case that names no run is not asked for one. */
export const useCurrentRun = (number: string, item: Case | undefined) =>
  useQuery({
    queryKey: ['case', number, 'run', item?.run ?? null],
    enabled: item !== undefined,
    queryFn: async () => {
      if (!item?.run && !item?.contested) return null;
      try {
        return await data(api.GET('/cases/{number}/run', { params: { path: { number } } }));
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    },
  });

export const useClaims = (number: string) =>
  useQuery({
    queryKey: ['case', number, 'claims'],
    queryFn: () => data(api.GET('/cases/{number}/claims', { params: { path: { number } } })),
  });

/** The registered parcels under each claim, in the order of the claims. */
export const useRegistered = (claims: readonly ClaimFeature[]) =>
  useQueries({
    queries: claims.map(({ properties: { claim, version } }) => ({
      queryKey: ['claim', claim, version, 'parcels'],
      queryFn: async () => (await data(api.GET('/claims/{id}/parcels', { params: { path: { id: claim } } }))).items,
    })),
  });

/** The accuracy bands of the live claims, asked for only when they are shown. */
export const useClaimBands = (number: string, enabled: boolean) =>
  useQuery({
    queryKey: ['case', number, 'bands'],
    queryFn: () => data(api.GET('/cases/{number}/claims/bands', { params: { path: { number } } })),
    enabled,
  });

/** The accuracy bands of the claims of a run, which never change. */
export const useRunBands = (run: string, enabled: boolean) =>
  useQuery({
    queryKey: ['run', run, 'bands'],
    queryFn: () => data(api.GET('/runs/{id}/claims/bands', { params: { path: { id: run } } })),
    enabled,
    ...frozen,
  });

/** The pieces of a run at one level; a run never changes. */
export const usePieces = (run: string | undefined, level: 'nominal' | 'core' | 'outer') =>
  useQuery({
    queryKey: ['run', run, 'pieces', level],
    queryFn: () => data(api.GET('/runs/{id}/pieces', { params: { path: { id: run! }, query: { level } } })),
    enabled: run !== undefined,
    ...frozen,
  });

export const useWalks = (number: string) =>
  useQuery({
    queryKey: ['case', number, 'walks'],
    queryFn: async () => (await data(api.GET('/cases/{number}/walks', { params: { path: { number } } }))).items,
  });

/** One walk with its report, which never changes. */
export const useWalk = (id: string) =>
  useQuery({
    queryKey: ['walk', id],
    queryFn: () => data(api.GET('/walks/{id}', { params: { path: { id } } })),
    ...frozen,
  });

/** The fixes of several walks, in the order of the walks; undefined while one is on its way. */
export const useFixes = (walks: readonly string[]) =>
  useQueries({
    queries: walks.map((id) => ({
      queryKey: ['walk', id, 'fixes'],
      queryFn: () => data(api.GET('/walks/{id}/fixes', { params: { path: { id } } })),
      ...frozen,
    })),
    combine: (results) => results.map((r) => r.data),
  });

export const useOrthophotos = (number: string) =>
  useQuery({
    queryKey: ['case', number, 'orthophotos'],
    queryFn: async () => (await data(api.GET('/cases/{number}/orthophotos', { params: { path: { number } } }))).items,
  });

const flights = (number: string) => ({
  queryKey: ['case', number, 'flights'],
  queryFn: () => data(api.GET('/cases/{number}/flights', { params: { path: { number } } })),
});

export const useFlights = (number: string) => useQuery({ ...flights(number), select: ({ items }) => items });

/** True where an engine is set up that makes orthophotos of flights. */
export const useEngine = (number: string): boolean => useQuery({ ...flights(number), select: ({ engine }) => engine }).data ?? false;

/** The photos of a flight, which never change; none of no flight. */
export const usePhotos = (flight: string | null) =>
  useQuery({
    queryKey: ['flight', flight, 'photos'],
    queryFn: () => data(api.GET('/flights/{id}/photos', { params: { path: { id: flight! } } })),
    enabled: flight !== null,
    ...frozen,
  });

export const useEvidence = (number: string) =>
  useQuery({
    queryKey: ['case', number, 'evidence'],
    queryFn: () => data(api.GET('/cases/{number}/evidence', { params: { path: { number } } })),
  });

export const useProposals = (number: string) =>
  useQuery({
    queryKey: ['case', number, 'proposals'],
    queryFn: async () => (await data(api.GET('/cases/{number}/proposals', { params: { path: { number } } }))).items,
  });

/** How often an audit that is not done is looked at, in ms. */
const auditPace = (audits: readonly Audit[] | undefined) => (audits?.some((a) => a.status === 'unfinished') ? 3000 : false);

export const useAudits = () =>
  useQuery({
    queryKey: ['audits'],
    queryFn: async () => (await data(api.GET('/audits', {}))).items,
    refetchInterval: ({ state }) => auditPace(state.data),
  });

export const useAudit = (id: number) =>
  useQuery({
    queryKey: ['audit', id],
    queryFn: () => data(api.GET('/audits/{audit}', { params: { path: { audit: id } } })),
    refetchInterval: ({ state }) => auditPace(state.data && [state.data]),
  });

export const useAuditTiles = (id: number) =>
  useQuery({
    queryKey: ['audit', id, 'tiles'],
    queryFn: () => data(api.GET('/audits/{audit}/tiles.json', { params: { path: { audit: id } } })),
  });

/** The overlaps of an audit larger than an area, largest first, page by page. `version` changes with the audit. */
export const useOverlaps = (id: number, overM2: number, version: string | undefined) =>
  useInfiniteQuery({
    queryKey: ['audit', id, 'overlaps', overM2, version],
    enabled: version !== undefined,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      data(api.GET('/audits/{audit}/overlaps', { params: { path: { audit: id }, query: { over_m2: overM2, limit: 50, cursor: pageParam } } })),
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const useOverlap = (id: number, pair: Pair | null) =>
  useQuery({
    queryKey: ['audit', id, 'overlap', pair?.a, pair?.b],
    enabled: pair !== null,
    queryFn: () => data(api.GET('/audits/{audit}/overlaps/{a}/{b}', { params: { path: { audit: id, a: pair!.a, b: pair!.b } } })),
  });

export const useSession = (token: string) =>
  useQuery({
    queryKey: ['session', token],
    queryFn: () => data(api.GET('/sessions/{token}', { params: { path: { token } } })),
    ...frozen,
  });

export const useStatistics = (query: StatisticsQuery, enabled = true) =>
  useQuery({
    enabled,
    queryKey: ['statistics', query],
    queryFn: () => data(api.GET('/statistics', { params: { query } })),
    placeholderData: keepPreviousData,
  });

export const areasQuery = (parent: string | undefined) =>
  queryOptions({
    queryKey: ['areas', parent ?? ''],
    queryFn: () => data(api.GET('/areas', { params: { query: { parent } } })),
    staleTime: 3_600_000,
  });

export const useAreas = (parent: string | undefined, enabled = true) =>
  useQuery({ ...areasQuery(parent), enabled });

export const useAbout = (enabled: boolean) =>
  useQuery({ queryKey: ['about'], queryFn: () => data(api.GET('/about', {})), enabled, ...frozen });
