import { describe, expect, it } from 'vitest';
import { monthOfAcceptance, resolvedInMonth } from './rows';

describe('the link behind a number of a month', () => {
  it('covers the whole month', () => {
    expect(monthOfAcceptance('2024-12', {})).toEqual({ accepted_from: '2024-12-01', accepted_before: '2025-01-01' });
  });

  it('stays within the dates that were asked for, so that the list has as many cases as the number says', () => {
    expect(monthOfAcceptance('2024-12', { accepted_from: '2024-12-10', accepted_before: '2024-12-20' })).toEqual({
      accepted_from: '2024-12-10',
      accepted_before: '2024-12-20',
    });
  });

  it('for resolved cases asks for the day of resolution, whatever the day of acceptance', () => {
    expect(resolvedInMonth('2025-02', { area: '450200000000' })).toEqual({
      area: '450200000000', resolved: true, resolved_from: '2025-02-01', resolved_before: '2025-03-01',
    });
  });
});
