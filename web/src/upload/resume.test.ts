import { describe, expect, it } from 'vitest';
import type { Job, Upload } from '../api/types';
import { standing, unfinished, waitingFor } from './resume';

const upload = (id: string, more: Partial<Upload> = {}): Upload => ({
  id, filename: 'dom.tif', size: 1000, offset: 250, status: 'receiving', sha256: 'aa', created_at: '', expires_at: '', kind: 'orthophoto', case: 'JS-1', ...more,
});

describe('the uploads to go on with', () => {
  it('are those of this case or of none, not broken, not on the page yet', () => {
    const list = [upload('a'), upload('b', { case: 'JS-2' }), upload('c', { case: undefined, kind: undefined }), upload('d', { status: 'broken' }), upload('e', { status: 'expired' })];
    const shown = unfinished('JS-1', [upload('f')], [], []);
    const got = unfinished('JS-1', [...list, upload('f')], [], shown);
    expect(got.map((i) => i.upload)).toEqual(['a', 'c']);
    expect(got[0]).toMatchObject({ phase: 'missing', done: 0.25, declared: 'aa', fields: { kind: 'orthophoto' } });
    expect(got[1]!.fields.kind).toBe('');
  });

  it('that are whole wait for an order, not for a file', () => {
    const [item] = unfinished('JS-1', [upload('a', { status: 'complete', offset: 1000 })], [], []);
    expect(item).toMatchObject({ phase: 'asked', whole: true });
  });

  it('are read as was said before; the server has the last word on kind and party', () => {
    const memory = [{ upload: 'a', fields: { kind: 'walk', party: '乙村', repair: 'enclose' } }];
    const [item] = unfinished('JS-1', [upload('a', { kind: 'walk', party: '甲村' })], memory, []);
    expect(item!.fields).toEqual({ kind: 'walk', party: '甲村', repair: 'enclose' });
  });

  it('wait for a file of their name and size', () => {
    const items = unfinished('JS-1', [upload('a')], [], []);
    expect(waitingFor(items, { name: 'dom.tif', size: 1000 })?.upload).toBe('a');
    expect(waitingFor(items, { name: 'dom.tif', size: 999 })).toBeUndefined();
    expect(waitingFor(items, { name: 'b.tif', size: 1000 })).toBeUndefined();
  });
});

describe('an upload whose job went on while nobody looked', () => {
  const job: Job = { id: 'j', kind: 'walk', case: 'JS-1', filename: 'a.pos', sha256: 'aa', size_bytes: 9, ordered_at: '', ordered_by: '', state: 'successful', progress: 100, attempts: 1, links: [] };
  it.each([['running', undefined, 'judging'], ['successful', 'ready', 'ready'], ['successful', 'refused', 'refused'], ['failed', undefined, 'refused'], ['dismissed', undefined, 'refused']] as const)(
    'with a job %s %s is %s', (state, status, phase) => {
      expect(standing({ upload: 'u', fields: { kind: 'walk' } }, { ...job, state, outcome: status && { status } }).phase).toBe(phase);
    });
});
