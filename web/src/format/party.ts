const seat = /^.*?(?:自治州|地区|市|自治县|县|区|旗)(?=.{2})/u;
const town = /^.*?(?:街道|镇|乡)(?=.{2})/u;

/**
 * The part of a party's name that neighbours use: 龙塘村第三村民小组 of
 * 柳州市柳江区百朋镇龙塘村第三村民小组. A name that is no longer than `enough`, or that has no
 * place before it, stays whole.
 */
export function shortParty(name: string, enough = 9): string {
  let short = name;
  for (const prefix of [seat, seat, town]) {
    if (short.length <= enough) break;
    short = short.replace(prefix, '');
  }
  return short;
}

/** Short names of the parties of one case; where two would read the same, both stay whole. */
export function shortParties(names: readonly string[]): Map<string, string> {
  const shorts = names.map((n) => shortParty(n));
  return new Map(names.map((n, i) => [n, shorts.filter((s) => s === shorts[i]).length > 1 ? n : shorts[i]!]));
}
