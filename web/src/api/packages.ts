import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data } from './client';
import type { Job, PackageFormat } from './types';

/** What a package shows: a picture, or an audit of a register. */
export type PackageSubject = { orthophoto: string } | { audit: number };

const isOpen = (job: Job) => job.state === 'accepted' || job.state === 'running';

/**
 * The packages for offline maps of a thing and the newest job that makes one, asked for
 * again while that goes on, and what can be done. `version` changes with the thing.
 */
export function useOfflinePackages(of: PackageSubject, version: string) {
  const client = useQueryClient();
  const key = ['packages', of];
  const list = useQuery({
    queryKey: [...key, version],
    queryFn: () => data('audit' in of
      ? api.GET('/audits/{audit}/packages', { params: { path: of } })
      : api.GET('/orthophotos/{id}/packages', { params: { path: { id: of.orthophoto } } })),
    refetchInterval: ({ state }) => (state.data?.job && isOpen(state.data.job) ? 1500 : false),
  });
  const job = list.data?.job;
  const onSettled = () => client.invalidateQueries({ queryKey: key });
  const order = useMutation({
    mutationFn: (format: PackageFormat) => data('audit' in of
      ? api.POST('/audits/{audit}/packages', { params: { path: of } })
      : api.POST('/orthophotos/{id}/packages', { params: { path: { id: of.orthophoto } }, body: { format } })),
    onSettled,
  });
  const dismiss = useMutation({ mutationFn: (id: string) => data(api.DELETE('/jobs/{id}', { params: { path: { id } } })), onSettled });
  return { list, job, open: Boolean(job && isOpen(job)), order, dismiss };
}
