import { Button, Segmented, Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useCases } from '../../api/queries';
import { useTitle } from '../../app/useTitle';
import { Empty } from '../../components/Empty/Empty';
import { Failed } from '../../components/Failed/Failed';
import { count } from '../../format/number';
import { caseQueryOf } from '../../url/filters';
import { usePatchQuery } from '../../url/query';
import styles from './CasesPage.module.css';
import { CaseTable } from './CaseTable';
import { Filters } from './Filters';

const CasesMap = lazy(async () => ({ default: (await import('./CasesMap')).CasesMap }));
const mapLimit = 500;

/** The list of cases, or their map; every filter is in the address. */
export function CasesPage() {
  const { t } = useTranslation();
  useTitle(t('cases.title'));
  const [params] = useSearchParams();
  const patch = usePatchQuery();
  const asMap = params.get('view') === 'map';
  const query = caseQueryOf(params);
  const answer = useCases(asMap ? { ...query, cursor: undefined, limit: mapLimit } : query);
  const page = answer.data;
  const filtered = Object.keys(query).some((name) => name !== 'cursor');
  const clear = () => patch({ area: undefined, kind: undefined, status: undefined, three_cross: undefined, resolved: undefined, accepted_from: undefined, accepted_before: undefined, resolved_from: undefined, resolved_before: undefined, q: undefined, cursor: undefined });

  return (
    <div className={`${styles.page} ${asMap ? styles.filled : ''}`}>
      <header className={styles.head}>
        <h1 className={styles.title}>{t('cases.title')}</h1>
        {page && <span className={styles.count} data-testid="case-total">{t('cases.count', { count: page.total, shown: count(page.total) })}</span>}
        <div className={styles.spacer} />
        <Segmented
          value={asMap ? 'map' : 'list'}
          onChange={(v) => patch({ view: v === 'map' ? 'map' : undefined })}
          options={[{ label: t('cases.list'), value: 'list' }, { label: t('cases.map'), value: 'map' }]}
        />
      </header>
      <Filters query={query} filtered={filtered} onClear={clear} />
      {answer.isError ? (
        <Failed error={answer.error} onRetry={() => void answer.refetch()} size="page" />
      ) : !page ? (
        <div className={styles.sheet}><Skeleton active paragraph={{ rows: 12 }} style={{ padding: 16 }} /></div>
      ) : page.items.length === 0 ? (
        <Empty
          title={t(filtered ? 'cases.noneMatch' : 'cases.empty')}
          hint={t(filtered ? 'cases.noneMatchHint' : 'cases.emptyHint')}
          action={filtered && <Button onClick={clear}>{t('cases.clear')}</Button>}
        />
      ) : asMap ? (
        <Suspense fallback={<Skeleton active />}>
          <CasesMap cases={page.items} complete={page.total <= page.items.length} />
        </Suspense>
      ) : (
        <>
          <div className={styles.sheet} aria-busy={answer.isPlaceholderData}>
            <CaseTable cases={page.items} />
          </div>
          <footer className={styles.pager}>
            {query.cursor && <Button onClick={() => patch({ cursor: undefined })}>{t('cases.first')}</Button>}
            {page.next && <Button onClick={() => patch({ cursor: page.next })}>{t('cases.next')}</Button>}
          </footer>
        </>
      )}
    </div>
  );
}
