import { api, apiBase, data } from './client';
import { ProblemError } from './problem';
import type { Job, JobEvent, Problem } from './types';

const lookBesideStream = 10_000;
const lookWithoutStream = 1_500;

/**
 * What happens to the jobs of a case, as the server tells it. The browser mends a
 * broken stream; one that cannot be had at all is not live, and who waits asks.
 */
export class JobStream {
  private readonly source: EventSource | null;
  private readonly listeners = new Set<(event: JobEvent) => void>();
  private readonly askers = new Set<() => void>();

  constructor(number: string) {
    this.source = typeof EventSource === 'undefined' ? null : new EventSource(`${apiBase}/events?case=${encodeURIComponent(number)}`);
    this.source?.addEventListener('job', (e: MessageEvent<string>) => {
      const event = JSON.parse(e.data) as JobEvent;
      for (const listener of [...this.listeners]) listener(event);
    });
    // Away for longer than events are kept: whoever waits asks how its job stands.
    this.source?.addEventListener('reload', () => {
      for (const asker of [...this.askers]) asker();
    });
  }

  /** True while events come. */
  get live(): boolean {
    return this.source?.readyState === EventSource.OPEN;
  }

  /** Returns what ends the listening. `ask` is called when events may have been missed. */
  listen(listener: (event: JobEvent) => void, ask: () => void): () => void {
    this.listeners.add(listener);
    this.askers.add(ask);
    return () => {
      this.listeners.delete(listener);
      this.askers.delete(ask);
    };
  }

  close(): void {
    this.source?.close();
  }
}

/**
 * Waits until a job has ended, however long the line is broken meanwhile, and tells
 * how it stands. Rejects only when aborted or when there is no such job.
 */
export async function endOfJob(id: string, stream: JobStream, onJob: (job: Job) => void, signal: AbortSignal): Promise<Job> {
  let job: Job | null = null;
  for (;;) {
    try {
      job = await data(api.GET('/jobs/{id}', { params: { path: { id } }, signal }));
      onJob(job);
      if (job.state !== 'accepted' && job.state !== 'running') return job;
    } catch (error) {
      if (signal.aborted) throw error;
      if (error instanceof ProblemError && error.problem.status < 500) throw error;
    }
    const before: Job | null = job;
    await ended(id, stream, (event) => before && onJob({ ...before, ...event, id, outcome: before.outcome }), signal);
  }
}

/** Resolves when the job is said to have ended, or when it is time to ask. */
function ended(id: string, stream: JobStream, onEvent: (event: Omit<JobEvent, 'outcome'>) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (finish: () => void) => {
      clearTimeout(timer);
      leave();
      signal.removeEventListener('abort', abort);
      finish();
    };
    const abort = () => end(() => reject(new DOMException('aborted', 'AbortError')));
    const timer = setTimeout(() => end(resolve), stream.live ? lookBesideStream : lookWithoutStream);
    const leave = stream.listen((event) => {
      if (event.job !== id) return;
      if (event.state === 'accepted' || event.state === 'running') onEvent(event);
      else end(resolve);
    }, () => end(resolve));
    signal.addEventListener('abort', abort);
  });
}

/** Why a job that has ended made nothing, in the reader's language; null if it made something or goes on. */
export function problemOfJob(job: Job, language: string): Problem | null {
  const say = (text: { zh: string; en: string }) => (language.startsWith('en') ? text.en : text.zh);
  const refusal = job.outcome?.refusal;
  if (refusal) {
    return {
      type: `urn:problem-type:jieshi:${refusal.code}`, status: 422, code: refusal.code, title: say({ zh: '不予受理', en: 'Refused' }),
      detail: say(refusal.reason), remedy: say(refusal.remedy), where: refusal.where, facts: refusal.facts,
    };
  }
  if (job.state === 'failed') {
    return {
      type: 'urn:problem-type:jieshi:fault', status: 500, code: 'fault', title: say({ zh: '系统故障', en: 'Something broke on our side' }),
      detail: say({ zh: `任务失败，故障编号 ${job.fault}。`, en: `The job failed, fault ${job.fault}.` }),
      remedy: say({ zh: '文件仍在。请重试;仍不行,请将故障编号告知管理员。', en: 'The file is still there. Try again; if it fails once more, give that number to the administrator.' }),
    };
  }
  if (job.state === 'dismissed') {
    return {
      type: 'urn:problem-type:jieshi:job_dismissed', status: 409, code: 'job_dismissed', title: say({ zh: '任务已取消', en: 'The job was dismissed' }),
    };
  }
  return null;
}
