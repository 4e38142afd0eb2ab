import { describe, expect, it } from 'vitest';
import { shortParties, shortParty } from './party';

describe('the short name of a party', () => {
  it.each([
    ['柳州市柳江区百朋镇龙塘村第三村民小组', '龙塘村第三村民小组'],
    ['来宾市忻城县大塘镇岭西村第五村民小组', '岭西村第五村民小组'],
    ['三江侗族自治县九屯村第七村民小组', '九屯村第七村民小组'],
    ['凤山县国有望江农场', '凤山县国有望江农场'], // nine characters are short enough
    ['龙塘村', '龙塘村'],
    ['Longtang Village Group 3', 'Longtang Village Group 3'],
    ['', ''],
  ])('of %s is %s', (name, want) => expect(shortParty(name)).toBe(want));

  it('stays whole where two parties of a case would read the same', () => {
    const [a, b, c] = ['柳州市柳江区百朋镇龙塘村第三村民小组', '来宾市忻城县大塘镇龙塘村第三村民小组', '来宾市忻城县大塘镇岭西村第五村民小组'];
    const short = shortParties([a!, b!, c!]);
    expect([short.get(a!), short.get(b!), short.get(c!)]).toEqual([a, b, '岭西村第五村民小组']);
  });
});
