import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Walk } from '../../api/types';
import { fixed } from '../../format/number';
import { datumName } from './told';
import styles from './Walk.module.css';

/** What the degrees were said to be and what they seem to be, with what each would explain. */
export function DatumPart({ walk, children }: { walk: Walk; children?: ReactNode }) {
  const { t, i18n } = useTranslation();
  const d = walk.report.datum;
  if (!d) return null;
  return (
    <section className={styles.part} data-testid="walk-datum">
      <h2>{t('walkReport.datum')}</h2>
      <dl className={styles.facts}>
        <dt>{t('walkReport.declared')}</dt><dd>{d.declared ? datumName(d.declared) : t('walkReport.notDeclared')}</dd>
        <dt>{t('walkReport.detected')}</dt><dd>{d.detected ? `${datumName(d.detected)} · ${t(`walkReport.${d.confidence}`)}` : t('walkReport.notDetected')}</dd>
      </dl>
      <p>{i18n.language === 'en' ? d.text.en : d.text.zh}</p>
      {(d.lines > 0 || d.landmarks > 0) && (
        <table className={styles.table}>
          <thead><tr><th>{t('walkReport.ifIt')}</th><th className={styles.right}>{t('walkReport.offset')}</th><th className={styles.right}>{t('walkReport.onOthers')}</th><th className={styles.right}>{t('walkReport.residual')}</th></tr></thead>
          <tbody>
            {d.candidates.map((c) => (
              <tr key={c.datum}>
                <td>{datumName(c.datum)}</td>
                <td className={styles.right}>{c.offset_m > 0 ? `${fixed(c.offset_m, 0)} m · ${fixed(c.bearing_deg, 0)}°` : '—'}</td>
                <td className={styles.right}>{c.share === undefined ? '—' : `${(100 * c.share).toFixed(0)} %`}</td>
                <td className={styles.right}>{c.residual_m === undefined ? '—' : `${fixed(c.residual_m, 1)} m`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {children}
    </section>
  );
}
