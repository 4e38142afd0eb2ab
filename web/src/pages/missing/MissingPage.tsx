import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useTitle } from '../../app/useTitle';
import { Empty } from '../../components/Empty/Empty';

/** An address that is no view, or that one may not see. */
export function MissingPage() {
  const { t } = useTranslation();
  useTitle(t('problem.notFound'));
  return (
    <Empty
      title={t('problem.notFound')}
      hint={t('problem.notFoundRemedy')}
      action={<Link to="/cases"><Button type="primary">{t('common.backToCases')}</Button></Link>}
    />
  );
}
