import { useTranslation } from 'react-i18next';
import type { Audit } from '../../api/types';
import table from '../../components/DataTable/DataTable.module.css';
import { Section } from '../../components/Section/Section';
import { count, fixed } from '../../format/number';
import { thresholds } from '../../url/auditState';
import { usePatchQuery } from '../../url/query';
import styles from './AuditPage.module.css';

/** How many overlaps are larger than what; a row lists only those. */
export function Thresholds({ audit, over }: { audit: Audit; over: number }) {
  const { t } = useTranslation();
  const patch = usePatchQuery();
  return (
    <Section title={t('audit.thresholds')} testID="thresholds">
      <table className={table.table}>
        <thead><tr><th>{t('audit.over')}</th><th className={table.right}>{t('audit.pairs')}</th></tr></thead>
        <tbody>
          {thresholds.map((m2) => (
            <tr key={m2} className={`${table.pick} ${m2 === over ? table.chosen : ''}`} aria-current={m2 === over || undefined} onClick={() => patch({ over: m2 === 0 ? undefined : String(m2) }, { replace: true })}>
              <td><button type="button" className={styles.rowButton}>{m2 === 0 ? t('audit.all') : `> ${m2 < 1 ? m2 : fixed(m2, 0)} m²`}</button></td>
              <td className={`${table.right} num`} data-testid={`over-${m2}`}>{count(audit.pairs_by_threshold[String(m2)] ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
