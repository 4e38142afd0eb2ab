import type { Quality } from '../../api/types';
import type { WalkFix } from '../../map/walkLayers';

const metresPerDegree = 111_320;

/** A part of the line with one quality and much the same sigma, by how far along it lies. */
export interface Span {
  from: number; // metres from the start
  to: number;
  sigma: number; // the largest in it, metres
  quality: Quality;
  at: { lon: number; lat: number }; // where it begins
}

/** Cuts the line into at most `most` parts of equal length, and where the quality changes. */
export function spansOf(fixes: readonly WalkFix[], most = 240): Span[] {
  const used = fixes.filter((f) => f.used);
  const along = lengthsAlong(used);
  const total = along[along.length - 1] ?? 0;
  if (total === 0) return [];
  const spans: Span[] = [];
  for (let i = 0; i + 1 < used.length; i += 1) {
    const [fix, from, to] = [used[i]!, along[i]!, along[i + 1]!];
    const sigma = Math.max(fix.sigma, used[i + 1]!.sigma);
    const last = spans[spans.length - 1];
    if (last && last.quality === fix.quality && Math.floor((most * last.from) / total) === Math.floor((most * from) / total)) {
      last.to = to;
      last.sigma = Math.max(last.sigma, sigma);
    } else if (to > from) spans.push({ from, to, sigma, quality: fix.quality, at: { lon: fix.lon, lat: fix.lat } });
  }
  return spans;
}

/** Metres from the start to each fix; near enough for a picture, not for a figure. */
function lengthsAlong(fixes: readonly WalkFix[]): number[] {
  const along: number[] = [];
  fixes.forEach((f, i) => {
    if (i === 0) return void along.push(0);
    const before = fixes[i - 1]!;
    const east = (f.lon - before.lon) * metresPerDegree * Math.cos((f.lat * Math.PI) / 180);
    const north = (f.lat - before.lat) * metresPerDegree;
    along.push(along[i - 1]! + Math.hypot(east, north));
  });
  return along;
}
