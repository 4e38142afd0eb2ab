import { Progress as Bar } from 'antd';
import { useTranslation } from 'react-i18next';
import styles from './Dialogs.module.css';

/** How much of the file has gone; then that it is being checked. */
export function Progress({ sent }: { sent: number }) {
  const { t } = useTranslation();
  return (
    <div role="status">
      <Bar percent={Math.round(sent * 100)} status="active" showInfo={sent < 1} />
      <p className={styles.hint}>{sent < 1 ? t('upload.sending') : t('upload.checking')}</p>
    </div>
  );
}
