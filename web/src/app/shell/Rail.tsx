import { AuditOutlined, BarChartOutlined, EnvironmentOutlined, UnorderedListOutlined } from '@ant-design/icons';
import { Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import styles from './Shell.module.css';

/** The slim icon rail. The region chosen on one page is kept on the next. */
export function Rail() {
  const { t } = useTranslation();
  const { pathname, search } = useLocation();
  const params = new URLSearchParams(search);
  const area = params.get('area');
  const onMap = pathname === '/cases' && params.get('view') === 'map';
  const to = (path: string, extra: Record<string, string> = {}) => ({
    pathname: path,
    search: new URLSearchParams({ ...extra, ...(area ? { area } : {}) }).toString(),
  });
  return (
    <nav className={styles.rail} aria-label={t('nav.main')}>
      <RailLink to={to('/cases')} label={t('nav.cases')} icon={<UnorderedListOutlined />} active={pathname.startsWith('/cases') && !onMap} />
      <RailLink to={to('/cases', { view: 'map' })} label={t('nav.map')} icon={<EnvironmentOutlined />} active={onMap} />
      <RailLink to={to('/audits')} label={t('nav.audits')} icon={<AuditOutlined />} active={pathname.startsWith('/audits')} />
      <RailLink to={to('/statistics')} label={t('nav.statistics')} icon={<BarChartOutlined />} active={pathname === '/statistics'} />
    </nav>
  );
}

interface RailLinkProps {
  to: { pathname: string; search: string };
  label: string;
  icon: ReactNode;
  active: boolean;
}

function RailLink({ to, label, icon, active }: RailLinkProps) {
  return (
    <Tooltip title={label} placement="right">
      <Link to={to} className={`${styles.railLink} ${active ? styles.active : ''}`} aria-label={label} aria-current={active ? 'page' : undefined}>
        {icon}
      </Link>
    </Tooltip>
  );
}
