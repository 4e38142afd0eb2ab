const levelEnds = [2, 4, 6, 9, 12];

/** The codes from the province down to a division code: 450221… gives 45…, 4502…, 450221…. */
export function areaChain(code: string): string[] {
  const chain: string[] = [];
  for (const end of levelEnds) {
    const upTo = code.slice(0, end).padEnd(12, '0');
    if (chain[chain.length - 1] !== upTo) chain.push(upTo);
    if (upTo === code) break;
  }
  return chain;
}
