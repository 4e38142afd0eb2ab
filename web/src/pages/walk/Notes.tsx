import { useTranslation } from 'react-i18next';
import type { Walk } from '../../api/types';
import styles from './Walk.module.css';

/** What the reader passed over or assumed, by kind, with lines of the file. */
export function Notes({ walk }: { walk: Walk }) {
  const { t, i18n } = useTranslation();
  const notes = walk.report.notes ?? [];
  if (notes.length === 0) return null;
  const codes = [...new Set(notes.map((n) => n.code))];
  return (
    <section className={styles.part} data-testid="walk-notes">
      <h2>{t('walkReport.notes')}</h2>
      <ul className={styles.notes}>
        {codes.map((code) => {
          const of = notes.filter((n) => n.code === code);
          const words = i18n.language === 'en' ? of[0]!.words?.en : of[0]!.words?.zh;
          return (
            <li key={code}>
              {words ?? code}
              <ul>{of.map((n, i) => <li key={i} className={styles.faint}>{n.line > 0 && `${t('walkReport.line', { n: n.line })}: `}<span lang="en">{n.text}</span></li>)}</ul>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
