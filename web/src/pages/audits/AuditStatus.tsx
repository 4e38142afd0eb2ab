import { useTranslation } from 'react-i18next';
import type { Audit } from '../../api/types';
import { count } from '../../format/number';
import styles from './AuditsPage.module.css';

/** How far an audit is, in words with a coloured dot. */
export function AuditStatus({ audit }: { audit: Audit }) {
  const { t } = useTranslation();
  return audit.status === 'finished' ? (
    <span className={`${styles.status} ${styles.finished}`}>{t('audit.finished')}</span>
  ) : (
    <span className={`${styles.status} ${styles.unfinished}`}>{t('audit.unfinished', { done: count(audit.done), blocks: count(audit.blocks) })}</span>
  );
}
