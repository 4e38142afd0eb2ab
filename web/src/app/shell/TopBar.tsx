import { Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate, useSearchParams } from 'react-router';
import { LanguageSwitch } from '../../components/LanguageSwitch/LanguageSwitch';
import { RegionPicker } from '../../components/RegionPicker/RegionPicker';
import { casesPath, statisticsQueryOf } from '../../url/filters';
import { patched } from '../../url/query';
import { Person } from './Person';
import styles from './Shell.module.css';

/** Product mark, region, search, language, person. */
export function TopBar() {
  const { t } = useTranslation();
  return (
    <header className={styles.bar}>
      <Link to="/cases" className={styles.brand} aria-label="界石 Jieshi">
        <img src="/favicon.svg" alt="" />
        <span className={styles.brandName}>{t('product.name')}</span>
        <span className={styles.tagline}>{t('product.tagline')}</span>
      </Link>
      <Region />
      <Search />
      <div className={styles.spacer} />
      <LanguageSwitch />
      <Person />
    </header>
  );
}

/** The region narrows the page that shows cases or figures; from elsewhere it opens the list. */
function Region() {
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const [params] = useSearchParams();
  const narrows = pathname === '/cases' || pathname === '/statistics';
  const choose = (area: string | undefined) => {
    if (narrows) void navigate({ search: patched(search, { area, cursor: undefined }) });
    else void navigate(casesPath({ area }));
  };
  return <RegionPicker value={narrows ? statisticsQueryOf(params).area : undefined} onChange={choose} />;
}

function Search() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const asked = pathname === '/cases' ? (new URLSearchParams(search).get('q') ?? '') : '';
  const [text, setText] = useState(asked);
  useEffect(() => setText(asked), [asked]);
  const find = (q: string) => {
    const query = pathname === '/cases' ? search : '';
    void navigate({ pathname: '/cases', search: patched(query, { q: q.trim() || undefined, cursor: undefined }) });
  };
  return (
    <Input.Search
      className={styles.search}
      value={text}
      onChange={(e) => setText(e.target.value)}
      onSearch={find}
      allowClear
      maxLength={100}
      placeholder={t('top.search')}
      aria-label={t('top.search')}
    />
  );
}
