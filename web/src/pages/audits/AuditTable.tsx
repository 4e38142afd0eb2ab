import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { Audit } from '../../api/types';
import { When } from '../../components/When/When';
import { count } from '../../format/number';
import { overlapMuText } from '../../format/overlap';
import { AuditStatus } from './AuditStatus';
import styles from './AuditsPage.module.css';

/** The audits as rows; a row opens its audit. */
export function AuditTable({ audits }: { audits: Audit[] }) {
  const { t } = useTranslation();
  return (
    <table className={styles.table} data-testid="audit-table">
      <thead>
        <tr>
          <th>{t('audit.number')}</th>
          <th>{t('audit.register')}</th>
          <th>{t('audit.against')}</th>
          <th>{t('audit.status')}</th>
          <th className={styles.right}>{t('audit.pairs')}</th>
          <th className={styles.right}>{t('audit.over1')}</th>
          <th className={styles.right}>{t('audit.sum')} {t('audit.mu')}</th>
          <th className={styles.right}>{t('audit.distinct')} {t('audit.mu')}</th>
          <th>{t('audit.finishedAt')}</th>
        </tr>
      </thead>
      <tbody>
        {audits.map((a) => <AuditRow key={a.id} audit={a} />)}
      </tbody>
    </table>
  );
}

function AuditRow({ audit }: { audit: Audit }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const path = `/audits/${audit.id}`;
  return (
    <tr className={styles.row} onClick={(e) => (e.target as Element).closest('a') ?? void navigate(path)}>
      <td className="num"><Link to={path}>{audit.id}</Link></td>
      <td className={styles.register}>{audit.layer}</td>
      <td>{audit.against ?? <span className={styles.absent}>{t('audit.itself')}</span>}</td>
      <td><AuditStatus audit={audit} /></td>
      <td className={`${styles.right} num`}>{count(audit.pairs)}</td>
      <td className={`${styles.right} num`}>{count(audit.pairs_by_threshold['1'] ?? 0)}</td>
      <td className={`${styles.right} num`}>{overlapMuText(audit.sum_m2)}</td>
      <td className={`${styles.right} num ${styles.mu}`}>{audit.distinct_m2 === undefined ? <span className={styles.absent}>—</span> : overlapMuText(audit.distinct_m2)}</td>
      <td>{audit.finished_at ? <When at={audit.finished_at} /> : <span className={styles.absent}>—</span>}</td>
    </tr>
  );
}
