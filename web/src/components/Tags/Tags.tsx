import { useTranslation } from 'react-i18next';
import type { CaseKind, CaseStatus, ThreeCross } from '../../api/types';
import { widest } from './crossing';
import styles from './Tags.module.css';

/** The status of a case, in words with a coloured dot. */
export function StatusTag({ status }: { status: CaseStatus }) {
  const { t } = useTranslation();
  return <span className={`${styles.tag} ${styles[status]}`}>{t(`status.${status}`)}</span>;
}

/** The kind of a dispute. */
export function KindTag({ kind }: { kind: CaseKind }) {
  const { t } = useTranslation();
  return <span className={`${styles.tag} ${styles.plain}`}>{t(`kind.${kind}`)}</span>;
}

/** The widest boundary that a dispute crosses; nothing when it crosses none. */
export function ThreeCrossTag({ crossing, names }: { crossing: ThreeCross; names?: string }) {
  const { t } = useTranslation();
  const level = widest(crossing);
  if (!level) return null;
  return (
    <span className={`${styles.tag} ${styles.cross}`} title={names} data-testid="three-cross">
      {t('threeCross.label')} · {t(`threeCross.${level}`)}
    </span>
  );
}
