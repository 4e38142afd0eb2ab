import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Orthophoto } from '../../api/types';
import { fixed } from '../../format/number';
import styles from './PhotoNote.module.css';

/** What must be said wherever a picture is shown; nothing of a checked one in its place. */
export function photoNotes(photo: Orthophoto | undefined, t: TFunction): string[] {
  if (!photo) return [];
  const notes: string[] = [];
  if (photo.reference_only) notes.push(t(photo.check ? 'ortho.failedCheck' : 'ortho.referenceOnly'));
  if (photo.shift) notes.push(t('ortho.shifted', { east: signed(photo.shift.east_m), north: signed(photo.shift.north_m) }));
  return notes;
}

function signed(metres: number): string {
  return (metres < 0 ? '−' : '+') + fixed(Math.abs(metres), 2);
}

/** The notes on a map, in a plate beside its scale bar; on paper as well. */
export function PhotoNote({ photo, large }: { photo: Orthophoto | undefined; large?: boolean }) {
  const { t } = useTranslation();
  const notes = photoNotes(photo, t);
  if (notes.length === 0) return null;
  return (
    <div className={large ? `${styles.note} ${styles.large}` : styles.note} data-testid="photo-note">
      {notes.map((n) => <div key={n}>{n}</div>)}
    </div>
  );
}
