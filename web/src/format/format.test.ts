import { describe, expect, it } from 'vitest';
import { lonLatText, planeText } from './coordinate';
import { shortHash } from './hash';
import { bytesText, durationText, lengthText, sigmaText } from './length';
import { count, fixed, percent, percentText, range } from './number';
import { monthAfter, utcText } from './time';

describe('numbers', () => {
  it.each([
    [8226.7, 1, '8\u202f226.7'], [999.5, 0, '1\u202f000'], [0, 2, '0.00'], [-1234.5, 1, '\u22121\u202f234.5'], [-0.001, 2, '0.00'], [1234567, 0, '1\u202f234\u202f567'],
  ])('%d with %d decimals reads %s', (value, decimals, want) => {
    expect(fixed(value, decimals)).toBe(want);
  });

  it('counts are grouped', () => expect(count(4604)).toBe('4\u202f604'));
  it('bounds stand around an en dash with spaces', () => expect(range('11.98', '12.71')).toBe('11.98 – 12.71'));
});

describe('the rate', () => {
  it.each([
    [3840, 4604, 83.41], [1, 3, 33.33], [2, 3, 66.67], [1, 8, 12.5], [1, 800, 0.13], [0, 5, 0], [5, 5, 100],
  ])('%d of %d is %d %%', (part, whole, want) => {
    expect(percent(part, whole)).toBe(want);
  });

  it('does not exist when nothing was accepted', () => {
    expect(percent(0, 0)).toBeNull();
    expect(percentText(null)).toBe('—');
  });

  it('always shows two decimals', () => expect(percentText(12.5)).toBe('12.50 %'));
});

describe('lengths and times', () => {
  it('a length is good to a centimetre', () => expect(lengthText(1234.567)).toBe('1\u202f234.57 m'));
  it('from 10 km on it is in kilometres', () => expect(lengthText(12345.6)).toBe('12.346 km'));
  it('sigma says that it is 1σ', () => expect(sigmaText(0.03)).toBe('±0.03 m (1σ)'));
  it('a small sigma takes a third decimal', () => expect([0.002, 0.015].map(sigmaText)).toEqual(['±0.002 m (1σ)', '±0.015 m (1σ)']));
  it.each([[59, '0 min 59 s'], [61.4, '1 min 01 s'], [3723, '1 h 02 min']])('%d s is %s', (s, want) => {
    expect(durationText(s)).toBe(want);
  });
  it('bytes', () => expect(bytesText(1_234_567)).toBe('1.2 MB'));
  it('an instant in UTC', () => expect(utcText('2025-03-01T04:05:06Z')).toBe('2025-03-01 04:05:06 UTC'));
  it('the month after December is January', () => {
    expect(monthAfter('2024-12')).toBe('2025-01-01');
    expect(monthAfter('2025-01')).toBe('2025-02-01');
  });
});

describe('coordinates', () => {
  it('X is north and comes first', () => {
    expect(planeText(632028.0761, 2683593.9112)).toBe('X(北) 2683593.911  Y(东) 632028.076');
  });
  it('degrees name their hemisphere', () => {
    expect(lonLatText(109.3, 24.25)).toBe('109.300000°E 24.250000°N');
    expect(lonLatText(-93.75, -8.5)).toBe('93.750000°W 8.500000°S');
  });
  it('a short hash comes in fours', () => expect(shortHash('0123456789abcdef')).toBe('0123\u20094567\u200989ab'));
});
