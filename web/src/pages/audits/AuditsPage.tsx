import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAudits } from '../../api/queries';
import { useTitle } from '../../app/useTitle';
import { Empty } from '../../components/Empty/Empty';
import { Failed } from '../../components/Failed/Failed';
import { count } from '../../format/number';
import { AuditTable } from './AuditTable';
import styles from './AuditsPage.module.css';

/** The registers that were laid over themselves or each other, newest first. */
export function AuditsPage() {
  const { t } = useTranslation();
  useTitle(t('audit.title'));
  const answer = useAudits();
  const audits = answer.data;
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1 className={styles.title}>{t('audit.title')}</h1>
        {audits && audits.length > 0 && <span className={styles.count} data-testid="audit-total">{t('audit.count', { count: audits.length, shown: count(audits.length) })}</span>}
        <p className={styles.explain}>{t('audit.explain')}</p>
      </header>
      {answer.isError ? (
        <Failed error={answer.error} onRetry={() => void answer.refetch()} size="page" />
      ) : !audits ? (
        <div className={styles.sheet}><Skeleton active paragraph={{ rows: 8 }} style={{ padding: 16 }} /></div>
      ) : audits.length === 0 ? (
        <Empty title={t('audit.empty')} hint={t('audit.emptyHint')} />
      ) : (
        <>
          <div className={styles.sheet}><AuditTable audits={audits} /></div>
          <p className={styles.note}>{t('audit.sumHint')}</p>
        </>
      )}
    </div>
  );
}
