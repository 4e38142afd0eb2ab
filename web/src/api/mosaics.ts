import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api, data } from './client';
import type { Flight, Job } from './types';

const isOpen = (job: Job) => job.state === 'accepted' || job.state === 'running';

/**
 * The orthophoto that an engine makes of a flight: the newest job, asked for again
 * while it goes on, and what can be done with it. When it ends the case is read anew.
 */
export function useMosaic(flight: Flight) {
  const client = useQueryClient();
  const id = flight.mosaic ?? null;
  const job = useQuery({
    queryKey: ['job', id],
    queryFn: () => data(api.GET('/jobs/{id}', { params: { path: { id: id! } } })),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? 1500 : false),
  });
  const open = Boolean(job.data && isOpen(job.data));
  const watched = useRef(false);
  useEffect(() => {
    if (watched.current && !open) void client.invalidateQueries({ queryKey: ['case'] });
    watched.current = open;
  }, [client, open]);
  const read = async () => {
    await client.invalidateQueries({ queryKey: ['case'] });
    await client.invalidateQueries({ queryKey: ['job', id] });
  };
  const order = useMutation({ mutationFn: () => data(api.POST('/flights/{id}/orthophoto', { params: { path: { id: flight.id } } })), onSettled: read });
  const dismiss = useMutation({ mutationFn: () => data(api.DELETE('/jobs/{id}', { params: { path: { id: id! } } })), onSettled: read });
  return { job: job.data, open, order, dismiss };
}
