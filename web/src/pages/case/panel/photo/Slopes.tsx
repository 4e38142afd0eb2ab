import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSlopeAreas } from '../../../../api/pictures';
import type { Orthophoto } from '../../../../api/types';
import { Failed } from '../../../../components/Failed/Failed';
import { fixed } from '../../../../format/number';
import styles from './PhotoTools.module.css';

/** The area of each contested piece along the slope: an attribute, and marked as one. */
export function Slopes({ photo, run }: { photo: Orthophoto; run: string | undefined }) {
  const { t } = useTranslation();
  const answer = useSlopeAreas(photo.id, run, true);
  if (answer.isError) return <Failed error={answer.error} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return <Skeleton active title={false} paragraph={{ rows: 2 }} />;
  const { pieces, kind, cell_m } = answer.data;
  if (pieces.length === 0) return <p className={styles.hint}>{t('pictureTools.slopesNone')}</p>;
  return (
    <div className={styles.form} data-testid="slopes">
      <p className={styles.hint}>{t('pictureTools.slopesHint', { kind: t(`pictureTools.${kind}`), cell: fixed(cell_m, 2) })}</p>
      <table className={styles.table}>
        <thead><tr><th>{t('pictureTools.piece')}</th><th>{t('pictureTools.slopeArea')}</th><th>{t('pictureTools.factor')}</th><th>{t('pictureTools.covered')}</th></tr></thead>
        <tbody>
          {pieces.map((p) => (
            <tr key={p.n}><td>{p.n}</td><td>{p.covered > 0 ? fixed(p.slope_area_m2, 1) : '–'}</td><td>{p.covered > 0 ? fixed(p.factor, 4) : '–'}</td><td>{fixed(100 * p.covered, 1)} %</td></tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
