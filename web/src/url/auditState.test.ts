import { describe, expect, it } from 'vitest';
import { auditStateOf, pairOf, pairText } from './auditState';

describe('the address of an audit', () => {
  it('says which overlap is chosen, and comes back as it went', () => {
    for (const pair of [{ a: 1, b: 2 }, { a: -7, b: 9_007_199_254_740_991 }]) expect(pairOf(pairText(pair))).toEqual(pair);
  });

  it.each([null, '', '1', '1_', '1_2_3', 'a_b', '1-2', '1_9007199254740993', '1_99999999999999999999'])('names no overlap by %j', (text) => {
    expect(pairOf(text)).toBeNull();
  });

  it('lists everything unless it names one of the areas that overlaps are counted by', () => {
    const over = (text: string) => auditStateOf(new URLSearchParams(text)).over;
    expect([over(''), over('over=100'), over('over=0.01'), over('over=7'), over('over=-1'), over('over=1e2')]).toEqual([0, 100, 0.01, 0, 0, 0]);
  });

  it('opens the panel unless it was closed', () => {
    expect([auditStateOf(new URLSearchParams()).panel, auditStateOf(new URLSearchParams('panel=0')).panel]).toEqual([true, false]);
  });
});
