// A case of many long claims round one hill, brought to a real server walk by
// walk: what the drag benchmark divides.

const metresPerLat = 110_790; // near 24.25° N, on the ellipsoid
const metresPerLon = 101_585;
const hill = [109.31, 24.262];

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A boundary of n vertices, smooth but for ±0.15 m, as lon and lat. */
function boundary(random, n) {
  const [x, y, radius, a, b] = [400 * (random() - 0.5), 400 * (random() - 0.5), 250 * (0.7 + 0.6 * random()), 7 * random(), 7 * random()];
  const ring = Array.from({ length: n }, (_, k) => {
    const at = (2 * Math.PI * (k + 0.8 * random())) / n;
    const r = radius * (1 + 0.25 * Math.cos(2 * at + a) + 0.1 * Math.cos(5 * at + b)) + 0.3 * (random() - 0.5);
    return [hill[0] + (x + r * Math.cos(at)) / metresPerLon, hill[1] + (y + r * Math.sin(at)) / metresPerLat].map((v) => Number(v.toFixed(9)));
  });
  return [...ring, ring[0]];
}

/** Files the claims on a new case and returns its number. */
export async function fileHillside(api, origin, claims, vertices) {
  const { number } = await api.post('/cases', { kind: 'forest', title: `拖动方案线:${claims} 方 × ${vertices} 个顶点` }, { 'Idempotency-Key': `hillside-${Date.now()}` });
  const random = seeded(3);
  for (let i = 1; i <= claims; i++) {
    const walk = { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [boundary(random, vertices)] } };
    const query = new URLSearchParams({ party: `第${i}村民小组`, filename: `walk-${i}.geojson`, sigma_m: '0.1' });
    const answer = await fetch(`${origin}/api/v1/cases/${encodeURIComponent(number)}/walks?${query}`, { method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body: JSON.stringify(walk) });
    if (!answer.ok) throw new Error(`walk ${i}: ${answer.status} ${await answer.text()}`);
  }
  return { number, hill };
}
