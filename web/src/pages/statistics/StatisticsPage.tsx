import { DownloadOutlined } from '@ant-design/icons';
import { Breadcrumb, Button, Select, Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { apiBase } from '../../api/client';
import { useStatistics } from '../../api/queries';
import { caseKinds, type Statistics, type StatisticsQuery } from '../../api/types';
import { useTitle } from '../../app/useTitle';
import { Days } from '../../components/Days/Days';
import { Empty } from '../../components/Empty/Empty';
import { Failed } from '../../components/Failed/Failed';
import { statisticsQueryOf } from '../../url/filters';
import { patched, usePatchQuery } from '../../url/query';
import { AreaMap } from './AreaMap';
import { Headline } from './Headline';
import styles from './StatisticsPage.module.css';
import { useBranching } from './useBranching';
import { TallyTable } from './TallyTable';
import { areaRows, kindRows, monthRows } from './rows';

const Trend = lazy(async () => ({ default: (await import('./Trend')).Trend }));

/** The provincial page: counts and disputed ground, down the tree, by kind and month. Every number opens its cases. */
export function StatisticsPage() {
  const { t } = useTranslation();
  useTitle(t('statistics.title'));
  const [params] = useSearchParams();
  const query = statisticsQueryOf(params);
  const answer = useStatistics(query);
  return (
    <div className={styles.page} aria-busy={answer.isPlaceholderData}>
      <header className={styles.head}>
        <h1 className={styles.title}>{t('statistics.title')}</h1>
        <Trail statistics={answer.data} params={params} />
        <div className={styles.spacer} />
        <Tools query={query} />
      </header>
      {answer.isError ? (
        <Failed error={answer.error} onRetry={() => void answer.refetch()} size="page" />
      ) : !answer.data ? (
        <Skeleton active paragraph={{ rows: 14 }} />
      ) : answer.data.total.accepted === 0 ? (
        <Empty title={t('statistics.empty')} hint={t('statistics.emptyHint')} />
      ) : (
        <Figures statistics={answer.data} query={query} />
      )}
    </div>
  );
}

function Figures({ statistics, query }: { statistics: Statistics; query: StatisticsQuery }) {
  const { t } = useTranslation();
  const { below, parent } = useBranching(statistics, query);
  return (
    <>
      <Headline tally={statistics.total} query={query} />
      <div className={styles.pictures}>
        <AreaMap statistics={below} parent={parent} />
        <section className={styles.card}>
          <h2 className={styles.cardTitle}>{t('statistics.trend')}</h2>
          <Suspense fallback={<Skeleton active />}><Trend months={statistics.by_month} query={query} /></Suspense>
        </section>
      </div>
      {below.by_area.length > 0 && (
        <TallyTable title={t('statistics.byArea')} name={t('statistics.area')} rows={areaRows(below, query)} note={t('statistics.crossNote')} testID="by-area" />
      )}
      <TallyTable title={t('statistics.byKind')} name={t('statistics.kind')} rows={kindRows(statistics, query, (k) => t(`kind.${k}`))} testID="by-kind" />
      <TallyTable title={t('statistics.byMonth')} name={t('statistics.month')} rows={monthRows(statistics, query)} withResolvedInMonth testID="by-month" />
      <p className={styles.note}>{t('statistics.boundsNote')}</p>
    </>
  );
}

/** The way down the tree, each step a link back up. */
function Trail({ statistics, params }: { statistics: Statistics | undefined; params: URLSearchParams }) {
  const { t } = useTranslation();
  const to = (area: string | undefined) => `/statistics?${patched(params.toString(), { area })}`;
  const path = statistics?.path ?? [];
  return (
    <Breadcrumb
      items={[
        { title: path.length > 0 ? <Link to={to(undefined)}>{t('statistics.allAreas')}</Link> : t('statistics.allAreas') },
        ...path.map((a, i) => ({ title: i < path.length - 1 ? <Link to={to(a.code)}>{a.name}</Link> : a.name })),
      ]}
    />
  );
}

function Tools({ query }: { query: StatisticsQuery }) {
  const { t } = useTranslation();
  const patch = usePatchQuery();
  const search = new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)])).toString();
  const file = (kind: string) => `${apiBase}/statistics.${kind}${search && '?'}${search}`;
  return (
    <div className={styles.tools}>
      <Select
        style={{ width: 116 }}
        allowClear
        placeholder={t('statistics.kind')}
        aria-label={t('statistics.kind')}
        value={query.kind}
        onChange={(kind?: string) => patch({ kind })}
        options={caseKinds.map((k) => ({ value: k, label: t(`kind.${k}`) }))}
      />
      <Days label={t('cases.acceptedBetween')} from={query.accepted_from} before={query.accepted_before} onChange={(f, b) => patch({ accepted_from: f, accepted_before: b })} />
      <Button icon={<DownloadOutlined />} href={file('xlsx')} download type="primary">XLSX</Button>
      <Button icon={<DownloadOutlined />} href={file('csv')} download>CSV</Button>
    </div>
  );
}
