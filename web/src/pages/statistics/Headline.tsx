import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { StatisticsQuery, Tally } from '../../api/types';
import { AreaFigure } from '../../components/AreaFigure/AreaFigure';
import { count, percentText } from '../../format/number';
import { casesPath } from '../../url/filters';
import styles from './StatisticsPage.module.css';

/** The figures of the whole selection. */
export function Headline({ tally, query }: { tally: Tally; query: StatisticsQuery }) {
  const { t } = useTranslation();
  return (
    <section className={styles.headline} data-testid="headline">
      <Figure label={t('statistics.accepted')} value={count(tally.accepted)} to={casesPath(query)} testID="accepted" />
      <Figure label={t('statistics.resolved')} value={count(tally.resolved)} to={casesPath({ ...query, resolved: true })} testID="resolved" />
      <Figure label={`${t('statistics.rate')} (${t('statistics.rateFormula')})`} value={percentText(tally.rate)} to={casesPath({ ...query, resolved: true })} testID="rate" />
      <Figure label={t('statistics.open')} value={count(tally.open)} to={casesPath({ ...query, resolved: false })} testID="open" />
      <Figure label={t('statistics.threeCross')} value={count(tally.three_cross)} to={casesPath({ ...query, three_cross: true })} testID="three-cross-count" />
      <div className={styles.ground}>
        <div className={styles.label}>{t('statistics.openGround')}</div>
        <Link className={styles.plain} to={casesPath({ ...query, resolved: false })}><AreaFigure area={tally.open_ground} size="medium" testID="open-ground" /></Link>
      </div>
      <div className={styles.ground}>
        <div className={styles.label}>{t('statistics.closedGround')}</div>
        <Link className={styles.plain} to={casesPath({ ...query, resolved: true })}><AreaFigure area={tally.closed_ground} size="medium" testID="closed-ground" /></Link>
      </div>
    </section>
  );
}

function Figure({ label, value, to, testID }: { label: string; value: string; to: string; testID: string }) {
  return (
    <div>
      <div className={styles.label}>{label}</div>
      <Link className={`${styles.big} num`} to={to} data-testid={testID}>{value}</Link>
    </div>
  );
}
