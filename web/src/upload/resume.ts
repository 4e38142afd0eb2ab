import type { Job, Upload } from '../api/types';
import type { Item } from './item';
import type { Remembered } from './memory';

/**
 * The uploads of a case that can be gone on with: those that the server has (of
 * this case, or of none), not yet on the page. What is whole waits for its order
 * only; what is broken must be sent anew and is none to go on with.
 */
export function unfinished(number: string, uploads: readonly Upload[], memory: readonly Remembered[], shown: readonly Item[]): Item[] {
  const known = new Set(shown.map((i) => i.upload));
  return uploads
    .filter((u) => (u.case ?? number) === number && !known.has(u.id) && (u.status === 'receiving' || u.status === 'complete'))
    .map((u) => {
      const whole = u.status === 'complete';
      const said = memory.find((r) => r.upload === u.id)?.fields ?? {};
      return {
        ...bare(u.id, u.filename, u.size), fields: { ...said, kind: u.kind ?? said.kind ?? '', party: u.party ?? said.party ?? '' },
        phase: whole ? 'asked' : 'missing', done: u.size > 0 ? u.offset / u.size : 0, declared: u.sha256 ?? null, whole,
      };
    });
}

/** An upload that this machine remembers, as its job stands now. */
export function standing({ upload, fields }: Remembered, job: Job): Item {
  const phase = job.state === 'accepted' || job.state === 'running' ? 'judging' : job.outcome?.status === 'ready' ? 'ready' : 'refused';
  return { ...bare(upload, job.filename, job.size_bytes), fields, phase, done: job.progress / 100, declared: job.sha256, whole: true, job };
}

/** The item that waits for this file, by name and size; whether it is the same its SHA-256 says. */
export const waitingFor = (items: readonly Item[], file: Pick<File, 'name' | 'size'>): Item | undefined =>
  items.find((i) => i.phase === 'missing' && i.name === file.name && i.size === file.size);

const bare = (upload: string, name: string, size: number): Item => ({
  key: upload, name, size, file: null, fields: {}, phase: 'missing', done: 0, upload, declared: null, sha256: null, whole: false, other: false, job: null, problem: null,
});
