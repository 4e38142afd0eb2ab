import { Segmented, Skeleton } from 'antd';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useAreas } from '../../api/queries';
import type { Statistics } from '../../api/types';
import { Empty } from '../../components/Empty/Empty';
import { Failed } from '../../components/Failed/Failed';
import { choropleth, choroplethColour } from '../../map/colour';
import { OverviewMap } from '../../map/overview';
import { usePatchQuery } from '../../url/query';
import { metrics, metricText, metricValue, type Metric } from './metric';
import styles from './StatisticsPage.module.css';

/** The areas one level down, coloured by a figure; a click goes down. */
export function AreaMap({ statistics, parent }: { statistics: Statistics; parent: string | undefined }) {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const patch = usePatchQuery();
  const metric = metrics.find((m) => m === params.get('metric')) ?? metrics[0]!;
  const areas = useAreas(parent);
  const words: Record<Metric, string> = { open: t('statistics.metricOpen'), accepted: t('statistics.metricAccepted'), rate: t('statistics.metricRate') };
  return (
    <section className={styles.card}>
      <div className={styles.cardHead}>
        <h2 className={styles.cardTitle}>{t('statistics.areaMap')}</h2>
        <Segmented<Metric>
          size="small"
          aria-label={t('statistics.mapMetric')}
          value={metric}
          onChange={(m) => patch({ metric: m === metrics[0] ? undefined : m }, { replace: true })}
          options={metrics.map((m) => ({ value: m, label: words[m] }))}
        />
      </div>
      {areas.isError ? (
        <Failed error={areas.error} onRetry={() => void areas.refetch()} />
      ) : !areas.data ? (
        <Skeleton active paragraph={{ rows: 8 }} />
      ) : areas.data.features.length === 0 ? (
        <Empty title={t('statistics.noAreas')} />
      ) : (
        <Choropleth statistics={statistics} metric={metric} areas={areas.data} unit={metric === 'open' ? t('unit.mu') : ''} onDrill={(area) => patch({ area })} />
      )}
    </section>
  );
}

interface ChoroplethProps {
  statistics: Statistics;
  metric: Metric;
  areas: NonNullable<ReturnType<typeof useAreas>['data']>;
  unit: string;
  onDrill: (code: string) => void;
}

function Choropleth({ statistics, metric, areas, unit, onDrill }: ChoroplethProps) {
  const { t } = useTranslation();
  const target = useRef<HTMLDivElement>(null);
  const map = useRef<OverviewMap | null>(null);
  const drill = useRef(onDrill);
  drill.current = onDrill;
  const tallies = useMemo(() => new Map(statistics.by_area.map((r) => [r.area.code, r])), [statistics]);
  const values = [...tallies.values()].map((r) => metricValue(r.tally, metric)).filter((v) => v !== null);
  const [low, high] = [Math.min(...values, Infinity), Math.max(...values, -Infinity)];

  useEffect(() => {
    const made = new OverviewMap(target.current!, { onClick: (f) => drill.current(f.get('code') as string) });
    map.current = made;
    return () => made.dispose();
  }, []);

  useEffect(() => {
    map.current?.setAreas(areas, (code) => {
      const row = tallies.get(code);
      const value = row && metricValue(row.tally, metric);
      if (!row || value === null || value === undefined) return null;
      return { fill: choroplethColour(value, low, high), text: `${row.area.name}\n${metricText(row.tally, metric)}${unit && ` ${unit}`}` };
    });
  }, [areas, tallies, metric, low, high, unit]);

  useEffect(() => map.current?.fitAreas(), [areas]);

  return (
    <div className={styles.map}>
      <div ref={target} className={styles.mapCanvas} tabIndex={0} aria-label={t('statistics.byArea')} data-testid="area-map" />
      <div className={styles.scale} aria-hidden="true">
        {t('statistics.low')}
        <span className={styles.steps}>{choropleth.map((c) => <i key={c} style={{ background: c }} />)}</span>
        {t('statistics.high')}
      </div>
    </div>
  );
}
