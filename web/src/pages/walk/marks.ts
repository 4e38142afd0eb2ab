import type { TFunction } from 'i18next';
import type { FixCollection, Walk } from '../../api/types';
import { durationText, lengthText } from '../../format/length';
import { fixed } from '../../format/number';
import type { WalkFix, WalkMark } from '../../map/walkLayers';
import { faultText } from '../case/faults';
import type { Pair, Place } from './pairs';

export type Report = Walk['report'];
export type Point = NonNullable<Report['points']>[number];

/** Something suspected of a walk: a row of the list and a mark on the map. */
export interface Suspect extends WalkMark {
  kind: 'fault' | 'gap' | 'jump' | 'slip';
  vertex: number | null; // fix, from 0
  line: number | null; // of the file
  time: string | null;
  what: string; // kind in words
}

/** Everything suspected, in the order of the walk. */
export function suspectsOf(r: Report, t: TFunction, language: string): Suspect[] {
  const dropped = new Set(r.dropped_fixes ?? []);
  const faults = r.faults.map((f, i): Suspect => ({
    key: `fault.${i}`, kind: 'fault', lon: f.at.lon, lat: f.at.lat, text: faultText(f, t, language), what: t('walkReport.fault'),
    vertex: f.vertex ?? null, line: f.line || null, time: null,
  }));
  const gaps = (r.gaps ?? []).map((g, i): Suspect => ({
    key: `gap.${i}`, kind: 'gap', lon: g.at.lon, lat: g.at.lat, what: t('walkReport.gap'), vertex: g.vertex, line: null, time: g.from ?? null,
    text: g.seconds > 0 ? t('walkReport.gapTime', { time: durationText(g.seconds), length: lengthText(g.metres) }) : t('walkReport.gapDistance', { length: lengthText(g.metres) }),
  }));
  const jumps = (r.jumps ?? []).map((j, i): Suspect => ({
    key: `jump.${i}`, kind: 'jump', lon: j.at.lon, lat: j.at.lat, what: t('walkReport.jump'), vertex: j.vertex, line: j.line || null, time: j.time ?? null,
    text: t('walkReport.jumpText', { length: lengthText(j.offset_m) }) + kept(dropped.has(j.vertex), t),
  }));
  const slips = (r.slips ?? []).map((s, i): Suspect => ({
    key: `slip.${i}`, kind: 'slip', lon: s.at.lon, lat: s.at.lat, what: t('walkReport.slip'), vertex: s.vertex, line: s.line || null, time: s.time ?? null,
    text: (s.kind === 'height' ? t('walkReport.slipHeight', { length: lengthText(s.step_m) }) : t('walkReport.slipSpeed', { speed: fixed(s.speed_ms ?? 0, 1), length: lengthText(s.step_m) }))
      + (s.back ? t('walkReport.slipBack', { n: s.back + 1 }) : '') + kept(dropped.has(s.vertex), t),
  }));
  return [...faults, ...gaps, ...jumps, ...slips].sort((a, b) => (a.vertex ?? -1) - (b.vertex ?? -1));
}

const kept = (dropped: boolean, t: TFunction): string => (dropped ? t('walkReport.droppedOne') : '');

/** The mark of a pointed point. */
export function pointMark(p: Point): WalkMark {
  return { key: `point.${p.n}`, kind: 'point', lon: p.at.lon, lat: p.at.lat, text: String(p.n) };
}

/** What a person has marked: the same number where it was walked and where it is. */
export function pairMarks(pairs: readonly Pair[], half: Place | null): WalkMark[] {
  const at = (key: string, [lon, lat]: Place, text: string): WalkMark => ({ key, kind: 'place', lon, lat, text });
  const all = pairs.flatMap((p, i) => [at(`walked.${i}`, p.walked, String(i + 1)), at(`true.${i}`, p.true, String(i + 1))]);
  return half ? [...all, at('half', half, String(pairs.length + 1))] : all;
}

/** The fixes as they are drawn. A sigma that a person stated holds for all of them. */
export function walkFixes({ features }: FixCollection, r: Report, fixedOnly: boolean): WalkFix[] {
  const dropped = new Set(r.dropped_fixes ?? []);
  const gaps = new Set((r.gaps ?? []).map((g) => g.vertex));
  const stated = r.sigma?.rule === 'stated' ? r.sigma.m : 0;
  return features.map(({ geometry, properties: p }, i) => {
    const [lon = 0, lat = 0] = geometry.coordinates as number[];
    return {
      lon, lat, quality: p.quality, sigma: stated || p.counted_sigma_m || p.sigma_m || 0, gap: gaps.has(i),
      used: !dropped.has(i) && !(fixedOnly && p.quality !== 'fixed'),
    };
  });
}
