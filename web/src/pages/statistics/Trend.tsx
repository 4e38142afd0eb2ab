import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Statistics, StatisticsQuery } from '../../api/types';
import { casesPath } from '../../url/filters';
import { trendOption } from './chartOption';
import { monthOfAcceptance, resolvedInMonth } from './rows';
import styles from './StatisticsPage.module.css';

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const [acceptedSeries, resolvedSeries] = [0, 1];

/** The trend by month; a bar opens the cases that it counts. */
export function Trend({ months, query }: { months: Statistics['by_month']; query: StatisticsQuery }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const target = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const chart = echarts.init(target.current!, null, { renderer: 'svg' });
    chart.setOption(trendOption(months, {
      accepted: t('statistics.accepted'), resolved: t('statistics.resolvedInMonth'), openMu: t('statistics.openMu'), cases: t('statistics.casesAxis'), mu: t('statistics.muAxis'),
    }));
    chart.on('click', (e) => {
      const month = months[e.dataIndex]?.month;
      if (!month) return;
      if (e.seriesIndex === resolvedSeries) void navigate(casesPath(resolvedInMonth(month, query)));
      else void navigate(casesPath({ ...query, ...monthOfAcceptance(month, query), ...(e.seriesIndex === acceptedSeries ? {} : { resolved: false }) }));
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(target.current!);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [months, query, navigate, t]);

  return <div ref={target} className={styles.chart} role="img" aria-label={t('statistics.trend')} data-testid="trend" />;
}
