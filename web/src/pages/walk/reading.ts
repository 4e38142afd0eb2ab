import type { components } from '../../api/schema';
import type { Walk } from '../../api/types';
import type { Fields } from '../../upload/item';

type Reading = components['schemas']['WalkReading'];

/** How a walk was told, in the words of the form. */
export function fieldsOf({ told, party }: Pick<Walk, 'told' | 'party'>): Fields {
  const marks = told.datum?.landmarks ?? [];
  const fields: Record<string, string | undefined> = {
    kind: 'walk', party, repair: told.repair, stops: told.stops, consent: told.consent, axes: told.axes, mapping: told.mapping?.join(','),
    fixed_only: told.fixed_only ? 'true' : undefined, drop_flagged: told.drop_flagged ? 'true' : undefined,
    sigma_m: told.sigma_m > 0 ? String(told.sigma_m) : undefined, closing_gap_m: told.closing_gap_m ? String(told.closing_gap_m) : undefined,
    datum: told.datum?.declared, convert: told.datum?.convert, landmark: marks.map((m) => `${m.walked.join(',')}=${m.true.join(',')}`).join(';') || undefined,
    crs: told.srid ? `EPSG:${told.srid}` : undefined, utc_offset: told.utc_offset_s === undefined ? undefined : offsetText(told.utc_offset_s),
  };
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function offsetText(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const minutes = Math.abs(Math.round(seconds / 60));
  return `${seconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** What the form says as the server takes it. What is empty is not said. */
export function bodyOf(fields: Fields): Reading {
  const text = (name: string) => fields[name]?.trim() || undefined;
  const number = (name: string) => (text(name) === undefined ? undefined : Number(text(name)));
  const landmark = text('landmark')?.split(';').map((m) => m.trim()).filter(Boolean);
  return {
    repair: text('repair') as Reading['repair'], fixed_only: fields.fixed_only === 'true', stops: text('stops') as Reading['stops'],
    drop_flagged: fields.drop_flagged === 'true', consent: text('consent'), closing_gap_m: number('closing_gap_m'), datum: text('datum') as Reading['datum'],
    landmark: landmark?.length ? landmark : undefined, convert: text('convert') as Reading['convert'], sigma_m: number('sigma_m'), track: number('track'),
    mapping: text('mapping'), crs: text('crs'), axes: text('axes') as Reading['axes'], utc_offset: text('utc_offset'),
  };
}
