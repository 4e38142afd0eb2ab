import { describe, expect, it } from 'vitest';
import { choices, mappingText, placed } from './columns';

describe('the columns of a table', () => {
  it.each([
    [['name', 'north', 'east', 'height'], true],
    [['name', 'lat', 'lon'], true],
    [['trace'], true],
    [['name', 'north', 'height'], false], // half a place
    [['north', 'east', 'east'], false], // which east?
    [['lat', 'lon', 'east', 'north'], false], // two places
    [['-', '-'], false],
  ])('%j say where a row is: %s', (meanings, want) => expect(placed(meanings)).toBe(want));

  it('keep their order as they are told', () => expect(mappingText(['name', '-', 'east', 'north'])).toBe('name,-,east,north'));

  it('can be left out, or be what only the server knows', () => {
    expect(choices('name')).toContain('-');
    expect(choices('something new')[0]).toBe('something new');
  });
});
