import { api, data } from '../api/client';
import { endOfJob, JobStream } from '../api/jobs';
import { ProblemError, toProblem } from '../api/problem';
import { GoneError, LineError, send } from '../api/tus';
import type { Job, Problem, Upload } from '../api/types';
import { Bundle } from './bundle';
import { type Event, type Fields, isBusy, isOpen, type Item, newItem, next, orderOf } from './item';
import type { Sorted } from './kind';
import { forget, remember, remembered } from './memory';
import { standing, unfinished, waitingFor } from './resume';
import { sha256 } from './sha256';

const atOnce = 2; // files read or sent side by side; the line is one
const longestPause = 30_000;
const faultsBorne = 5; // answers of 500 in a row before a person is told

/**
 * Carries the files of one case to the server and hears what becomes of them. It
 * lives as long as the page is open, whatever is shown of it.
 */
export class Desk {
  private items: readonly Item[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly runs = new Map<string, AbortController>();
  private stream: JobStream | null = null;
  private made = 0;

  constructor(
    readonly number: string,
    private readonly language: () => string,
    private readonly onReady: () => void,
  ) {}

  readonly list = (): readonly Item[] => this.items;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Takes new files, or those that unfinished uploads wait for. */
  add(files: readonly Sorted[], fields: Fields): void {
    for (const { file, kind, world, prj } of files) {
      const waiting = waitingFor(this.items, file);
      if (waiting) {
        this.tell(waiting.key, { type: 'bring', file });
        continue;
      }
      this.made += 1;
      const item = newItem(`new-${this.made}`, file, { ...fields, kind });
      this.set([...this.items, item]);
      for (const [name, beside] of [['world', world], ['prj', prj]] as const) {
        if (beside) void beside.text().then((text) => this.tell(item.key, { type: 'say', fields: { [name]: text } }), () => undefined);
      }
    }
  }

  /** Lists what was not finished before, at the server and on this machine. */
  async restore(): Promise<void> {
    const memory = remembered(this.number);
    const { items } = await data(api.GET('/uploads', {}));
    this.set([...this.items, ...unfinished(this.number, items, memory, this.items)]);
    for (const entry of memory) {
      if (this.items.some((i) => i.upload === entry.upload)) continue;
      try {
        // The page may have gone between the last byte and the name of the job.
        const id = entry.job ?? (await data(api.GET('/uploads/{upload}', { params: { path: { upload: entry.upload } } }))).job;
        if (!id) {
          forget(this.number, entry.upload); // it expired, or its bytes were spoilt
          continue;
        }
        const item = standing(entry, await data(api.GET('/jobs/{id}', { params: { path: { id } } })));
        if (this.items.some((i) => i.upload === entry.upload)) continue;
        this.set([...this.items, item]);
        if (item.phase === 'judging') this.run(item.key, (signal) => this.judge(item.key, id, signal));
      } catch (error) {
        if (error instanceof ProblemError && error.problem.status < 500) forget(this.number, entry.upload);
      }
    }
  }

  say = (key: string, fields: Fields) => this.tell(key, { type: 'say', fields });
  start = (key: string) => this.tell(key, { type: 'start' });
  bring = (key: string, file: File | Bundle) => this.tell(key, { type: 'bring', file });

  pause(key: string): void {
    this.stop(key);
    this.tell(key, { type: 'pause' });
  }

  /** Takes a file off the list; what the server has of it goes, unless something was made of it. */
  async remove(key: string): Promise<void> {
    const item = this.item(key);
    if (!item) return;
    this.stop(key);
    if (item.phase !== 'ready') {
      try {
        if (item.job && isOpen(item.job)) await api.DELETE('/jobs/{id}', { params: { path: { id: item.job.id } } });
        if (item.upload) await api.DELETE('/uploads/{upload}', { params: { path: { upload: item.upload } }, headers: { 'Tus-Resumable': '1.0.0' } });
      } catch (error) {
        // 404: it is gone; 409: the job ended just now, and what it made is kept.
        if (!(error instanceof ProblemError) || ![404, 409, 410, 422].includes(error.problem.status)) {
          this.tell(key, { type: 'refuse', problem: toProblem(error) });
          return;
        }
      }
    }
    if (item.upload) forget(this.number, item.upload);
    this.set(this.items.filter((i) => i.key !== key));
  }

  /** Puts away what has become something: the case shows it. */
  clearReady(): void {
    for (const { phase, upload } of this.items) if (phase === 'ready' && upload) forget(this.number, upload);
    this.set(this.items.filter((i) => i.phase !== 'ready'));
  }

  private item(key: string): Item | undefined {
    return this.items.find((i) => i.key === key);
  }

  private set(items: readonly Item[]): void {
    this.items = items;
    for (const listener of this.listeners) listener();
  }

  private tell(key: string, event: Event): void {
    let changed = false;
    const items = this.items.map((item) => {
      const after = item.key === key ? next(item, event) : item;
      changed ||= after !== item;
      return after;
    });
    if (!changed) return;
    this.set(items);
    if (event.type === 'progress') return;
    this.note(this.item(key)!);
    if (event.type !== 'turn') this.pump();
  }

  /** Keeps on this machine what a reload would lose. */
  private note({ upload, fields, job }: Item): void {
    if (upload) remember(this.number, { upload, fields, job: job?.id });
  }

  private pump(): void {
    for (const { key } of this.items.filter((i) => i.phase === 'queued')) {
      if (this.items.filter(isBusy).length >= atOnce) return;
      if (this.runs.has(key)) continue; // its last run is being stopped
      this.tell(key, { type: 'turn' });
      this.run(key, (signal) => this.carry(key, signal));
    }
  }

  private run(key: string, work: (signal: AbortSignal) => Promise<void>): void {
    const stop = new AbortController();
    this.runs.set(key, stop);
    void work(stop.signal)
      .catch((error: unknown) => {
        if (!stop.signal.aborted) this.tell(key, { type: 'refuse', problem: toProblem(error) });
      })
      .finally(() => {
        if (this.runs.get(key) === stop) this.runs.delete(key);
        this.closeStream();
        this.pump();
      });
  }

  private stop(key: string): void {
    this.runs.get(key)?.abort();
    this.runs.delete(key);
  }

  private async carry(key: string, signal: AbortSignal): Promise<void> {
    const tell = (event: Event) => !signal.aborted && this.tell(key, event);
    if (this.item(key)?.phase === 'hashing') {
      const sum = await this.hash(this.item(key)!, tell, signal);
      tell({ type: 'hashed', sha256: sum });
    }
    if (signal.aborted || this.item(key)?.phase !== 'sending') return;
    if (!this.item(key)!.whole) {
      await this.patiently(key, tell, signal, () => this.sendRest(key, tell, signal));
      tell({ type: 'arrived' });
    }
    const job = await this.patiently(key, tell, signal, () => this.order(key, signal));
    tell({ type: 'ordered', job });
    if (!signal.aborted) await this.judge(key, job.id, signal);
  }

  private async hash({ file }: Item, tell: (event: Event) => void, signal: AbortSignal): Promise<string> {
    const progress = (done: number) => tell({ type: 'progress', done });
    try {
      if (!(file instanceof Bundle)) return await sha256(file!, progress, signal);
      const zip = await file.seal((done) => progress(done / 2), signal);
      tell({ type: 'sealed', file: zip });
      return await sha256(zip, (done) => progress((1 + done) / 2), signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof DOMException)) throw error;
      throw new ProblemError(unreadable);
    }
  }

  private async sendRest(key: string, tell: (event: Event) => void, signal: AbortSignal): Promise<void> {
    const { file, upload, declared, fields } = this.item(key)!;
    try {
      await send({
        file: file as File, upload, metadata: { filename: file!.name, sha256: declared!, ...orderOf({ fields }, this.number) }, language: this.language(), signal,
        onPlaced: (id) => {
          tell({ type: 'again' });
          tell({ type: 'placed', upload: id });
        },
        onProgress: (done) => {
          tell({ type: 'again' });
          tell({ type: 'progress', done });
        },
      });
    } catch (error) {
      if (!(error instanceof GoneError)) throw error;
      if (upload) forget(this.number, upload);
      tell({ type: 'placed', upload: null });
      await this.sendRest(key, tell, signal);
    }
  }

  /** The job of a whole upload: the one that came with its last byte, or a new one. */
  private async order(key: string, signal: AbortSignal): Promise<Job> {
    const item = this.item(key)!;
    const path = { upload: item.upload! };
    const known: Upload | null = item.file ? await data(api.GET('/uploads/{upload}', { params: { path }, signal })) : null;
    const id = known?.job ?? (await data(api.POST('/uploads/{upload}/order', { params: { path }, body: orderOf(item, this.number), signal }))).job;
    return data(api.GET('/jobs/{id}', { params: { path: { id: id! } }, signal }));
  }

  private async judge(key: string, id: string, signal: AbortSignal): Promise<void> {
    this.stream ??= new JobStream(this.number);
    const job = await endOfJob(id, this.stream, (now) => !signal.aborted && isOpen(now) && this.tell(key, { type: 'job', job: now }), signal);
    if (signal.aborted) return;
    if (job.outcome?.status === 'ready') this.onReady();
    this.tell(key, { type: 'job', job });
  }

  private closeStream(): void {
    if (this.items.some((i) => i.phase === 'judging')) return;
    this.stream?.close();
    this.stream = null;
  }

  /** Does it again, ever more seldom, while only the line is to blame; at once when the line is back. */
  private async patiently<T>(key: string, tell: (event: Event) => void, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    let faults = 0;
    for (let attempt = 0; ; attempt += 1) {
      const before = this.item(key)?.done ?? 0;
      try {
        return await work();
      } catch (error) {
        if ((this.item(key)?.done ?? 0) > before) [attempt, faults] = [0, 0]; // it came some way
        faults = statusOf(error) === 500 ? faults + 1 : 0;
        if (signal.aborted || !passes(error) || faults > faultsBorne) throw error;
        tell({ type: 'lost' });
        await untilBetter(Math.min(longestPause, 1000 * 2 ** attempt), signal);
        tell({ type: 'again' });
      }
    }
  }
}

const unreadable: Problem = { type: 'about:blank', title: '', status: 0, code: 'file_unreadable' };

const statusOf = (error: unknown): number => (error instanceof LineError ? error.status : error instanceof ProblemError ? error.problem.status : 0);

/** True for what time mends: a broken line (fetch throws a TypeError), a server that is busy or gone. */
function passes(error: unknown): boolean {
  if (error instanceof LineError || error instanceof TypeError) return true;
  return error instanceof ProblemError && (error.problem.status >= 500 || error.problem.status === 429) && error.problem.status !== 507;
}

function untilBetter(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (finish: () => void) => {
      clearTimeout(timer);
      removeEventListener('online', better);
      signal.removeEventListener('abort', abort);
      finish();
    };
    const better = () => end(resolve);
    const abort = () => end(() => reject(new DOMException('aborted', 'AbortError')));
    const timer = setTimeout(better, ms);
    addEventListener('online', better);
    signal.addEventListener('abort', abort);
  });
}
