import type { Statistics } from '../../api/types';
import { fontFamily, tokens } from '../../app/tokens';
import { boundsDecimals, mu, muText } from '../../format/area';

export interface ChartWords {
  accepted: string;
  resolved: string;
  openMu: string;
  cases: string;
  mu: string;
}

/** What the trend draws: accepted and resolved cases a month as bars, disputed mu still open as a line. */
export function trendOption(months: Statistics['by_month'], words: ChartWords) {
  const text = { color: tokens.inkSoft, fontFamily, fontSize: 12 };
  const axisLine = { lineStyle: { color: '#C9D1DA' } };
  return {
    animation: false,
    textStyle: { fontFamily },
    color: [tokens.primary, tokens.onTime, tokens.contested],
    legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 8, textStyle: text },
    grid: { left: 44, right: 56, top: 52, bottom: 30 },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, textStyle: { fontFamily, fontSize: 13 } },
    xAxis: { type: 'category', data: months.map((m) => m.month), axisLabel: text, axisLine, axisTick: { show: false } },
    yAxis: [
      { type: 'value', name: words.cases, minInterval: 1, nameTextStyle: text, axisLabel: text, splitLine: { lineStyle: { color: tokens.lineSoft } } },
      { type: 'value', name: words.mu, nameTextStyle: text, axisLabel: text, splitLine: { show: false } },
    ],
    series: [
      { name: words.accepted, type: 'bar', barMaxWidth: 14, data: months.map((m) => m.tally.accepted) },
      { name: words.resolved, type: 'bar', barMaxWidth: 14, data: months.map((m) => m.resolved_in_month) },
      {
        name: words.openMu, type: 'line', yAxisIndex: 1, symbol: 'circle', symbolSize: 6, lineStyle: { width: 2 },
        data: months.map((m) => mu(m.tally.open_ground.nominal.m2)),
        tooltip: { valueFormatter: (_: unknown, i: number) => openText(months[i]) },
      },
    ],
  };
}

function openText(month: Statistics['by_month'][number] | undefined): string {
  if (!month) return '';
  const { nominal, core, outer } = month.tally.open_ground;
  const decimals = boundsDecimals(core, outer);
  return `${muText(nominal, decimals)} (${muText(core, decimals)} – ${muText(outer, decimals)})`;
}
