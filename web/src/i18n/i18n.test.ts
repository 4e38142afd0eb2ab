import { describe, expect, it } from 'vitest';
import { en } from './en';
import { zh } from './zh';

type Dictionary = Record<string, Record<string, string>>;

const keys = (d: Dictionary) =>
  Object.entries(d).flatMap(([group, words]) => Object.keys(words).map((key) => `${group}.${key}`)).sort();

const slots = (text: string) => (text.match(/{{\w+}}/g) ?? []).sort().join();

describe('the dictionaries', () => {
  it('have the same keys in both languages', () => {
    expect(keys(en as Dictionary)).toEqual(keys(zh as Dictionary));
  });

  it('leave no sentence empty and fill the same slots', () => {
    for (const [group, words] of Object.entries(zh as Dictionary)) {
      for (const [key, chinese] of Object.entries(words)) {
        const english = (en as Dictionary)[group]![key]!;
        expect(chinese.trim(), `zh ${group}.${key}`).not.toBe('');
        expect(english.trim(), `en ${group}.${key}`).not.toBe('');
        expect(slots(english), `${group}.${key}`).toBe(slots(chinese));
      }
    }
  });

  it('never call a claim line 界址线: no government has determined it', () => {
    expect(JSON.stringify([zh, en])).not.toContain('界址线');
  });

  it('write Chinese with its own marks, but for what is typed with a comma', () => {
    const strays = Object.entries(zh as Dictionary).flatMap(([group, words]) =>
      Object.entries(words).filter(([, text]) => /[\u4e00-\u9fff）][,:;!?]|[,:;!?] ?[\u4e00-\u9fff]/.test(text)).map(([key]) => `${group}.${key}`));
    expect(strays).toEqual(['walkUpload.landmarks']);
  });

  it('keep Chinese out of English, but for the bilingual map label', () => {
    const strays = Object.entries(en as Dictionary).flatMap(([group, words]) =>
      Object.entries(words).filter(([, text]) => /[\u4e00-\u9fff]/.test(text)).map(([key]) => `${group}.${key}`));
    expect(strays).toEqual(['verdict.withinBoth']);
  });
});
