import { Button, Popconfirm, Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { problemOfJob } from '../../../api/jobs';
import { useMosaic } from '../../../api/mosaics';
import { ProblemError } from '../../../api/problem';
import type { Flight } from '../../../api/types';
import { Failed } from '../../../components/Failed/Failed';
import styles from './Panel.module.css';

/** Has the engine make the orthophoto of a flight; says how far it is, and how it ended. */
export function Mosaic({ flight, engine }: { flight: Flight; engine: boolean }) {
  const { t, i18n } = useTranslation();
  const { job, open, order, dismiss } = useMosaic(flight);
  const problem = job && problemOfJob(job, i18n.language);
  if (job?.outcome?.orthophoto) return <div className={styles.itemFacts} data-testid="mosaic-made">{t('mosaic.made')}</div>;
  if (open && job) {
    return (
      <div data-testid="mosaic-progress">
        <Progress percent={Math.floor(job.progress)} size="small" />
        <div className={styles.itemFacts}>
          <span>{t(`mosaic.at_${job.stage ?? 'none'}`, { defaultValue: t('mosaic.at_other') })}</span>
          <Popconfirm title={t('mosaic.dismissSure')} okText={t('mosaic.stopNow')} cancelText={t('mosaic.keepOn')} onConfirm={() => dismiss.mutate()}>
            <Button size="small" type="link" danger loading={dismiss.isPending} data-testid="dismiss-mosaic">{t('mosaic.dismiss')}</Button>
          </Popconfirm>
        </div>
        {dismiss.isError && <Failed error={dismiss.error} />}
      </div>
    );
  }
  if (!engine) return <div className={styles.itemFacts} data-testid="no-engine">{t('mosaic.noEngine')}</div>;
  return (
    <div>
      {problem && (problem.code === 'job_dismissed' ? <div className={styles.itemFacts} data-testid="mosaic-dismissed">{t('mosaic.dismissed')}</div> : <Failed error={new ProblemError(problem)} />)}
      {order.isError && <Failed error={order.error} />}
      <Button size="small" onClick={() => order.mutate()} loading={order.isPending} data-testid="order-mosaic" style={{ marginTop: 6 }}>
        {t(problem ? 'mosaic.again' : 'mosaic.order')}
      </Button>
    </div>
  );
}
