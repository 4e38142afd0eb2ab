import { describe, expect, it } from 'vitest';
import type { Job, Problem } from '../api/types';
import { type Event, type Item, lacks, newItem, next, orderOf } from './item';

const file = { name: '甲村.pos', size: 1000 } as File;
const walk = { kind: 'walk', party: '甲村' };
const job = (more: Partial<Job> = {}): Job => ({
  id: 'j1', kind: 'walk', case: 'JS-1', filename: file.name, sha256: 'aa', size_bytes: 1000, ordered_at: '', ordered_by: '', state: 'running', progress: 40, attempts: 1, links: [], ...more,
});
const problem = (code: string): Problem => ({ type: 'about:blank', title: 'x', status: 422, code });
const play = (item: Item, ...events: Event[]) => events.reduce(next, item);
const chosen = () => newItem('1', file, walk);
const toSending: Event[] = [{ type: 'start' }, { type: 'turn' }, { type: 'hashed', sha256: 'aa' }];

describe('one upload', () => {
  it('is hashed, sent, judged and becomes something', () => {
    let item = play(chosen(), ...toSending, { type: 'placed', upload: 'u1' }, { type: 'progress', done: 0.5 });
    expect(item).toMatchObject({ phase: 'sending', upload: 'u1', declared: 'aa', done: 0.5 });
    item = play(item, { type: 'arrived' }, { type: 'ordered', job: job() }, { type: 'job', job: job() });
    expect(item).toMatchObject({ phase: 'judging', done: 0.4, file: null, whole: true });
    expect(next(item, { type: 'job', job: job({ state: 'successful', outcome: { status: 'ready', walk: 'w1' } }) }).phase).toBe('ready');
  });

  it('does not start while its kind or its party is not said', () => {
    const bare = newItem('1', file, { kind: '', party: '' });
    expect(lacks(bare)).toBe('kind');
    expect(next(bare, { type: 'start' })).toBe(bare);
    expect(lacks(next(bare, { type: 'say', fields: { kind: 'walk' } }))).toBe('party');
    expect(lacks(next(bare, { type: 'say', fields: { kind: 'flight' } }))).toBeNull();
  });

  it('goes on where it was after a pause, without hashing again', () => {
    const paused = play(chosen(), ...toSending, { type: 'placed', upload: 'u1' }, { type: 'progress', done: 0.6 }, { type: 'pause' });
    expect(paused.phase).toBe('paused');
    expect(play(paused, { type: 'progress', done: 0.9 })).toBe(paused); // it came too late
    expect(play(paused, { type: 'start' }, { type: 'turn' })).toMatchObject({ phase: 'sending', upload: 'u1', done: 0.6 });
  });

  it('waits for the line and loses nothing', () => {
    const lost = play(chosen(), ...toSending, { type: 'placed', upload: 'u1' }, { type: 'progress', done: 0.7 }, { type: 'lost' });
    expect(lost).toMatchObject({ phase: 'offline', done: 0.7, upload: 'u1' });
    expect(next(lost, { type: 'again' })).toMatchObject({ phase: 'sending', done: 0.7 });
  });

  it('of before takes only the same file', () => {
    const missing: Item = { ...chosen(), file: null, phase: 'missing', upload: 'u1', declared: 'aa' };
    const brought = play(missing, { type: 'bring', file }, { type: 'turn' });
    expect(brought.phase).toBe('hashing');
    expect(next(brought, { type: 'hashed', sha256: 'bb' })).toMatchObject({ phase: 'missing', other: true, file: null, upload: 'u1' });
    expect(next(brought, { type: 'hashed', sha256: 'aa' })).toMatchObject({ phase: 'sending', upload: 'u1' });
  });

  it('that is refused is ordered anew without its file', () => {
    const refused = play(chosen(), ...toSending, { type: 'ordered', job: job() }, { type: 'job', job: job({ state: 'successful', outcome: { status: 'refused' } }) });
    expect(refused).toMatchObject({ phase: 'refused', whole: true, file: null });
    expect(play(refused, { type: 'say', fields: { track: '2' } }, { type: 'start' }, { type: 'turn' })).toMatchObject({ phase: 'sending', whole: true, job: null, fields: { track: '2' } });
  });

  it('whose bytes were spoilt is read and sent from its start', () => {
    const spoilt = play(chosen(), ...toSending, { type: 'placed', upload: 'u1' }, { type: 'refuse', problem: problem('checksum_mismatch') });
    expect(play(spoilt, { type: 'start' }, { type: 'turn' })).toMatchObject({ phase: 'hashing', upload: null, declared: null });
    const expired: Item = { ...spoilt, file: null, whole: true, problem: problem('upload_expired') };
    expect(play(expired, { type: 'start' })).toMatchObject({ phase: 'missing', upload: null, whole: false });
    const full = play(chosen(), ...toSending, { type: 'placed', upload: 'u1' }, { type: 'refuse', problem: problem('fault') });
    expect(play(full, { type: 'start' }, { type: 'turn' })).toMatchObject({ phase: 'sending', upload: 'u1' });
  });
});

describe('the order', () => {
  it('has the fields of its kind only, none of them empty', () => {
    const fields = { kind: 'walk', party: ' 甲村 ', repair: 'none', sigma_m: '', captured_from: '2025-03-10T00:00:00Z' };
    expect(orderOf({ fields }, 'JS-1')).toEqual({ kind: 'walk', case: 'JS-1', party: '甲村', repair: 'none' });
    expect(orderOf({ fields: { ...fields, kind: 'orthophoto' } }, 'JS-1')).toEqual({ kind: 'orthophoto', case: 'JS-1', captured_from: '2025-03-10T00:00:00Z' });
  });
});
