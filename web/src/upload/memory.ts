import type { Fields } from './item';

/** What this machine remembers of an upload until it has become something: what was said of it, and its job. */
export interface Remembered {
  upload: string;
  fields: Fields;
  job?: string;
}

const place = (number: string) => `jieshi.uploads.${number}`;

/** Everything remembered of the uploads of a case. */
export function remembered(number: string): Remembered[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(place(number)) ?? '[]');
    return Array.isArray(list) ? list.filter((r): r is Remembered => typeof r?.upload === 'string' && typeof r?.fields === 'object' && r.fields !== null) : [];
  } catch {
    return []; // storage may be forbidden, or hold something else
  }
}

/** Remembers an upload, in the place of what was remembered of it. */
export function remember(number: string, entry: Remembered): void {
  keep(number, [...remembered(number).filter((r) => r.upload !== entry.upload), entry]);
}

export function forget(number: string, upload: string): void {
  keep(number, remembered(number).filter((r) => r.upload !== upload));
}

function keep(number: string, list: Remembered[]): void {
  try {
    if (list.length > 0) localStorage.setItem(place(number), JSON.stringify(list));
    else localStorage.removeItem(place(number));
  } catch {
    // The server then knows the uploads, but not how they were to be read.
  }
}
