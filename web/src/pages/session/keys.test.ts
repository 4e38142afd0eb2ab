import { describe, expect, it } from 'vitest';
import { pieceAfterKey } from './keys';

describe('a key in the session view', () => {
  it.each([
    ['ArrowDown', null, 1], ['ArrowDown', 1, 2], ['ArrowDown', 3, 1], ['ArrowUp', null, 3], ['ArrowUp', 1, 3], ['PageDown', 2, 3],
    ['2', null, 2], ['9', 1, undefined], ['0', 2, null], ['Escape', 2, null], ['x', 2, undefined],
  ])('%s with piece %s chosen chooses %s', (key, current, want) => {
    expect(pieceAfterKey(key, current, [1, 2, 3])).toBe(want);
  });

  it('does nothing where there are no pieces', () => {
    expect(pieceAfterKey('ArrowDown', null, [])).toBeUndefined();
  });
});
