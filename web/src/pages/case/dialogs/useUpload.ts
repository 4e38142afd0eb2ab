import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, data } from '../../../api/client';
import { endOfJob } from '../../../api/jobs';
import type { Job, Orthophoto, Walk } from '../../../api/types';
import { upload } from '../../../api/upload';

type Query = Record<string, string | number | boolean | undefined>;
type Place = 'walks' | 'orthophotos';

/**
 * Sends one file to a place below a case and waits for what it becomes; the whole
 * case is read again when it was kept. `job` says how far the server is.
 */
export function useUpload<T extends Walk | Orthophoto>(number: string, place: Place) {
  const { i18n } = useTranslation();
  const client = useQueryClient();
  const [sent, setSent] = useState(0);
  const [job, setJob] = useState<Job | null>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const mutation = useMutation({
    mutationFn: async ({ file, query }: { file: File; query: Query }) => {
      abort.current = new AbortController();
      const { signal } = abort.current;
      setSent(0);
      setJob(null);
      const answer = await upload<T | Job>(`/cases/${encodeURIComponent(number)}/${place}`, { filename: file.name, ...query }, file, i18n.language, setSent, signal);
      return isJob(answer) ? ((await resultOf(await endOfJob(answer, i18n.language, setJob, signal))) as T) : answer;
    },
    onSuccess: () => client.invalidateQueries({ predicate: (q) => q.queryKey[0] === 'cases' || (q.queryKey[0] === 'case' && q.queryKey[1] === number) }),
  });
  return { ...mutation, sent, job };
}

const isJob = (answer: Walk | Orthophoto | Job): answer is Job => 'state' in answer && 'attempts' in answer;

/** The walk or orthophoto that the file of a job became. */
async function resultOf(job: Job): Promise<Walk | Orthophoto> {
  const path = { number: job.case };
  const found = job.kind === 'walk'
    ? (await data(api.GET('/cases/{number}/walks', { params: { path } }))).items.find((w) => w.id === job.outcome?.walk)
    : (await data(api.GET('/cases/{number}/orthophotos', { params: { path } }))).items.find((o) => o.id === job.outcome?.orthophoto);
  if (!found) throw new Error('empty answer');
  return found;
}
