/** The first twelve digits of a hash, in fours: enough to compare by eye. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12).replace(/(.{4})(?=.)/g, '$1\u2009');
}
