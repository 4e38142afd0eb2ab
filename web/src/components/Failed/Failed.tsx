import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { isNotFound, toProblem } from '../../api/problem';
import { lonLatText } from '../../format/coordinate';
import { Empty } from '../Empty/Empty';
import styles from './Failed.module.css';

interface Props {
  error: unknown;
  onRetry?: () => void;
  size?: 'page' | 'section';
}

/** What happened, what to do, and the id to tell the administrator. What may not be seen reads as not found. */
export function Failed({ error, onRetry, size = 'section' }: Props) {
  const { t } = useTranslation();
  if (size === 'page' && isNotFound(error)) {
    return (
      <Empty
        title={t('problem.notFound')}
        hint={toProblem(error).remedy ?? t('problem.notFoundRemedy')}
        action={<Link to="/cases"><Button>{t('common.backToCases')}</Button></Link>}
      />
    );
  }
  const p = toProblem(error);
  const unreachable = p.code === 'unreachable';
  const title = unreachable ? t('problem.unreachable') : p.title;
  const remedy = p.remedy ?? (unreachable ? t('problem.unreachableRemedy') : p.status >= 500 ? t('problem.serverRemedy') : undefined);
  return (
    <div className={size === 'page' ? styles.page : undefined} role="alert" data-testid="problem">
      <Alert
        type="error"
        showIcon
        title={title}
        description={
          <div className={styles.body}>
            {!unreachable && p.detail && p.detail !== title && <p>{p.detail}</p>}
            {p.where && <p className="mono">{p.where}</p>}
            {p.errors?.map((e) => <p key={e.pointer + e.detail}><span className="mono">{e.pointer}</span> {e.detail}</p>)}
            {p.at && <p>{t('problem.at')}:<span className="num">{lonLatText(p.at.lon, p.at.lat)}</span></p>}
            {remedy && <p className={styles.remedy}>{remedy}</p>}
            <p className={styles.id}>
              <span className="mono">{p.code}</span>
              {p.request_id && <> · {t('common.requestID')} <span className="mono">{p.request_id}</span></>}
            </p>
          </div>
        }
        action={onRetry && <Button size="small" onClick={onRetry}>{t('common.retry')}</Button>}
      />
    </div>
  );
}
