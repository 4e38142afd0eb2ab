import type { Job, Problem } from '../api/types';
import type { Bundle } from './bundle';
import type { Kind } from './kind';

/**
 * Where one file stands: `asked` waits for its person to say what it is and to
 * send it, `missing` is known from before and waits for its file, `queued` for its
 * turn, `offline` for the line; `judging` is the server's work. `refused` says why,
 * be it the file, the order or a fault.
 */
export type Phase = 'asked' | 'missing' | 'queued' | 'hashing' | 'sending' | 'paused' | 'offline' | 'judging' | 'ready' | 'refused';

/** What a file is to become, in the words of Upload-Metadata: kind, party, repair, sigma_m, track and so on. */
export type Fields = Readonly<Record<string, string>>;

/** One file on its way. */
export interface Item {
  key: string; // on this page
  name: string;
  size: number;
  file: File | Bundle | null; // null: not brought again yet, or not needed any more; a bundle until it is hashed
  fields: Fields;
  phase: Phase;
  done: number; // share of what is being done, 0 to 1
  upload: string | null; // id at the server, once it has one
  declared: string | null; // SHA-256 that the server was told; the file must have it
  sha256: string | null; // of this file, once computed
  whole: boolean; // all bytes are at the server: another order needs no file
  other: boolean; // the file brought again was another one
  job: Job | null;
  problem: Problem | null; // why it is refused, unless the job says it
}

export type Event =
  | { type: 'say'; fields: Fields }
  | { type: 'start' }
  | { type: 'bring'; file: File | Bundle }
  | { type: 'turn' }
  | { type: 'progress'; done: number }
  | { type: 'sealed'; file: File }
  | { type: 'hashed'; sha256: string }
  | { type: 'placed'; upload: string | null }
  | { type: 'lost' }
  | { type: 'again' }
  | { type: 'pause' }
  | { type: 'arrived' }
  | { type: 'ordered'; job: Job }
  | { type: 'job'; job: Job }
  | { type: 'refuse'; problem: Problem };

/** A file just chosen. */
export function newItem(key: string, file: File | Bundle, fields: Fields): Item {
  return {
    key, name: file.name, size: file.size, file, fields, phase: 'asked', done: 0, upload: null, declared: null, sha256: null, whole: false, other: false, job: null, problem: null,
  };
}

/** True while a job has not ended. */
export const isOpen = (job: Job): boolean => job.state === 'accepted' || job.state === 'running';

/** True for a file of which bytes are read or sent just now. */
export const isBusy = ({ phase }: Item): boolean => phase === 'hashing' || phase === 'sending';

/** What must be said before a file is sent; null if nothing. */
export const lacks = ({ fields }: Item) => lacksOf(fields);

export function lacksOf(fields: Fields): 'kind' | 'party' | 'consent' | null {
  if (!fields.kind) return 'kind';
  if (fields.kind !== 'walk') return null;
  if (!fields.party?.trim()) return 'party';
  return fields.drop_flagged === 'true' && !fields.consent?.trim() ? 'consent' : null;
}

/** What an event makes of an item. An event that does not belong where the item stands changes nothing: it came too late. */
export function next(item: Item, event: Event): Item {
  const to = (phase: Phase, more: Partial<Item> = {}): Item => ({ ...item, phase, done: 0, ...more });
  const at = (...phases: Phase[]) => phases.includes(item.phase);
  switch (event.type) {
    case 'say':
      return at('asked', 'refused', 'missing') ? { ...item, fields: without({ ...item.fields, ...event.fields }) } : item;
    case 'start': {
      if (!at('asked', 'paused', 'offline', 'refused') || lacks(item)) return item;
      const from = spoilt(item.problem) ? { ...item, ...unsent } : item;
      return { ...from, phase: from.file || from.whole ? 'queued' : 'missing', done: from.sha256 ? from.done : 0, problem: null, job: null, other: false };
    }
    case 'bring':
      if (!at('missing', 'refused') || item.whole) return item;
      return to('queued', { ...(spoilt(item.problem) ? unsent : {}), file: event.file, sha256: null, other: false, problem: null, job: null });
    case 'turn':
      if (!at('queued')) return item;
      return item.whole || item.sha256 ? { ...item, phase: 'sending', done: item.whole ? 1 : item.done } : to('hashing');
    case 'progress':
      return at('hashing', 'sending') ? { ...item, done: event.done } : item;
    case 'sealed':
      return at('hashing') ? { ...item, file: event.file } : item;
    case 'hashed':
      if (!at('hashing')) return item;
      if (item.declared && item.declared !== event.sha256) return to('missing', { file: null, other: true });
      return to('sending', { sha256: event.sha256, declared: event.sha256 });
    case 'placed':
      return at('sending', 'offline') ? { ...item, upload: event.upload } : item;
    case 'lost':
      return at('sending') ? { ...item, phase: 'offline' } : item;
    case 'again':
      return at('offline') ? { ...item, phase: 'sending' } : item;
    case 'pause':
      return at('queued', 'hashing', 'sending', 'offline') ? { ...item, phase: 'paused' } : item;
    case 'arrived':
      return at('sending', 'offline') ? { ...item, done: 1, whole: true } : item;
    case 'ordered':
      return at('sending', 'offline') ? to('judging', { job: event.job, whole: true, file: null }) : item;
    case 'job': {
      if (!at('judging')) return item;
      const { job } = event;
      if (isOpen(job)) return { ...item, job, done: job.progress / 100 };
      return to(job.outcome?.status === 'ready' ? 'ready' : 'refused', { job });
    }
    case 'refuse':
      return at('ready') ? item : to('refused', { problem: event.problem });
  }
}

/** True if the bytes that were sent are of no use: the file is read and sent from its start. */
const spoilt = (problem: Problem | null) => problem !== null && ['checksum_mismatch', 'upload_expired', 'file_unreadable'].includes(problem.code);

/** An upload that is begun anew. */
const unsent = { upload: null, declared: null, sha256: null, whole: false } as const;

/** Fields with a value: an empty one is not said. */
function without(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== '' || name === 'kind' || name === 'party'));
}

/** The fields as they are sent: those that the kind has, with the case. */
export function orderOf({ fields }: Pick<Item, 'fields'>, number: string): Record<string, string> & { kind: Exclude<Kind, ''>; case: string } {
  const names: Record<string, string[]> = {
    walk: [
      'party', 'repair', 'fixed_only', 'stops', 'drop_flagged', 'consent', 'closing_gap_m', 'datum', 'landmark', 'convert', 'sigma_m', 'track', 'mapping', 'crs', 'axes', 'utc_offset',
    ],
    orthophoto: ['captured_from', 'captured_to', 'crs', 'world', 'prj', 'model'],
    flight: ['above_m'],
  };
  const kind = fields.kind as Exclude<Kind, ''>;
  const said = (names[kind] ?? []).filter((name) => fields[name]?.trim()).map((name) => [name, fields[name]!.trim()]);
  return { ...(Object.fromEntries(said) as Record<string, string>), kind, case: number };
}
