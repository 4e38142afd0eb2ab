import { zh } from '../../../i18n/zh';

const known = Object.keys(zh.column);

/** What a column can be said to mean: everything that has a name, and what it was taken for. */
export function choices(proposed: string): string[] {
  return known.includes(proposed) ? known : [proposed, ...known];
}

/** Meanings as they are told to the server, one a column. */
export const mappingText = (meanings: readonly string[]): string => meanings.join(',');

const pairs = [['lat', 'lon'], ['lat_ddmmss', 'lon_ddmmss'], ['east', 'north'], ['x', 'y']];

/** True if the columns say where each row is: one pair of coordinates and not two, or a whole line in a column. */
export function placed(meanings: readonly string[]): boolean {
  const times = (m: string) => meanings.filter((x) => x === m).length;
  return times('trace') === 1 || pairs.filter(([a, b]) => times(a!) === 1 && times(b!) === 1).length === 1;
}
