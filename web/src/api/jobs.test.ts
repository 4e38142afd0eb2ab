import { describe, expect, it } from 'vitest';
import { problemOfJob } from './jobs';
import type { Job } from './types';

const job = (more: Partial<Job>): Job => ({
  id: 'j', kind: 'walk', case: 'JS-1', filename: 'a.pos', sha256: 'aa', size_bytes: 9, ordered_at: '', ordered_by: '', state: 'successful', progress: 100, attempts: 1, links: [], ...more,
});

describe('why a job made nothing', () => {
  const refused = job({
    outcome: { status: 'refused', refusal: { code: 'no_fixes', reason: { zh: '没有定位点。', en: 'No fixes.' }, remedy: { zh: '请重新导出。', en: 'Export it again.' }, facts: { tracks: [] } } },
  });

  it('is the refusal, in the language of the reader', () => {
    expect(problemOfJob(refused, 'zh-CN')).toMatchObject({ code: 'no_fixes', status: 422, detail: '没有定位点。', remedy: '请重新导出。', facts: { tracks: [] } });
    expect(problemOfJob(refused, 'en')).toMatchObject({ detail: 'No fixes.', remedy: 'Export it again.' });
  });

  it('is the number of a fault', () => {
    expect(problemOfJob(job({ state: 'failed', fault: 'F-7' }), 'en')).toMatchObject({ code: 'fault', status: 500, detail: expect.stringContaining('F-7') as string });
  });

  it('is nothing of a job that goes on or made something', () => {
    expect(problemOfJob(job({ state: 'running' }), 'en')).toBeNull();
    expect(problemOfJob(job({ outcome: { status: 'ready', walk: 'w' } }), 'en')).toBeNull();
  });
});
