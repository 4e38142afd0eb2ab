import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Report } from './marks';

/** What the walk is good for and what to do next, in a few sentences; for walks from before, its status. */
export function Advice({ report }: { report: Report }) {
  const { t, i18n } = useTranslation();
  const said = i18n.language === 'en' ? report.advice?.en : report.advice?.zh;
  const type = report.status !== 'adopted' ? 'error' : report.class === 'reference' ? 'warning' : 'success';
  return <Alert type={type} showIcon title={t(`walk.${report.status}`)} description={said} data-testid="walk-advice" />;
}
