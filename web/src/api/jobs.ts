import { api, data } from './client';
import { ProblemError } from './problem';
import type { Job } from './types';

const look = 700;

/**
 * Waits until a job has ended, and tells how far it is meanwhile. A refused file
 * rejects like a refused request, with the reason and what to do.
 */
export async function endOfJob(job: Job, language: string, onProgress: (job: Job) => void, signal: AbortSignal): Promise<Job> {
  let now = job;
  while (now.state === 'accepted' || now.state === 'running') {
    onProgress(now);
    await pause(look, signal);
    now = await data(api.GET('/jobs/{id}', { params: { path: { id: job.id } }, signal }));
  }
  const refusal = now.outcome?.refusal;
  const say = (text: { zh: string; en: string }) => (language.startsWith('en') ? text.en : text.zh);
  if (refusal) {
    throw new ProblemError({
      type: `urn:problem-type:jieshi:${refusal.code}`, status: 422, code: refusal.code, title: say({ zh: '不予受理', en: 'Refused' }),
      detail: say(refusal.reason), remedy: say(refusal.remedy), where: refusal.where, facts: refusal.facts,
    });
  }
  if (now.state === 'failed') {
    throw new ProblemError({
      type: 'urn:problem-type:jieshi:fault', status: 500, code: 'fault', title: say({ zh: '系统故障', en: 'Something broke on our side' }),
      detail: say({ zh: `任务失败，故障编号 ${now.fault}。`, en: `The job failed, fault ${now.fault}.` }),
      remedy: say({ zh: '请将故障编号告知管理员。', en: 'Give that number to the administrator.' }),
    });
  }
  if (now.state === 'dismissed') {
    throw new ProblemError({
      type: 'urn:problem-type:jieshi:job_dismissed', status: 409, code: 'job_dismissed', title: say({ zh: '任务已取消', en: 'The job was dismissed' }),
    });
  }
  return now;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new DOMException('aborted', 'AbortError'));
    });
  });
}
