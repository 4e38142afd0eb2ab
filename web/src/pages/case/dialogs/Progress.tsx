import { Progress as Bar } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../api/types';
import { durationText } from '../../../format/length';
import styles from './Dialogs.module.css';

/** How much of the file has gone; then how far the server is with it. */
export function Progress({ sent, job }: { sent: number; job: Job | null }) {
  const { t } = useTranslation();
  const part = job ? job.progress / 100 : sent;
  const left = job?.eta ? Math.max(0, (Date.parse(job.eta) - Date.now()) / 1000) : 0;
  return (
    <div role="status">
      <Bar percent={Math.round(part * 100)} status="active" showInfo={job !== null || sent < 1} />
      <p className={styles.hint}>
        {sent < 1 ? t('upload.sending') : t('upload.checking')}
        {left > 0 && ` ${t('upload.left')} ${durationText(left)}`}
      </p>
    </div>
  );
}
