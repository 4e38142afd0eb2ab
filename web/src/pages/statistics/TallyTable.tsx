import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { CaseQuery, Contested } from '../../api/types';
import table from '../../components/DataTable/DataTable.module.css';
import { contestedText } from '../../format/area';
import { count, percentText } from '../../format/number';
import { casesPath } from '../../url/filters';
import type { TallyRow } from './rows';
import styles from './StatisticsPage.module.css';

interface Props {
  title: string;
  name: string;
  rows: TallyRow[];
  note?: string;
  withResolvedInMonth?: boolean;
  testID: string;
}

/** Tallies as lines; each number opens the cases that it counts. */
export function TallyTable({ title, name, rows, note, withResolvedInMonth, testID }: Props) {
  const { t } = useTranslation();
  return (
    <section className={styles.card}>
      <h2 className={styles.cardTitle}>{title}</h2>
      <div className={styles.scroll}>
        <table className={`${table.table} ${styles.tallies}`} data-testid={testID}>
          <thead>
            <tr>
              <th>{name}</th>
              <th className={table.right}>{t('statistics.accepted')}</th>
              <th className={table.right}>{t('statistics.resolved')}</th>
              <th className={table.right}>{t('statistics.rate')}</th>
              <th className={table.right}>{t('statistics.open')}</th>
              {withResolvedInMonth && <th className={table.right}>{t('statistics.resolvedInMonth')}</th>}
              <th className={table.right}>{t('statistics.threeCross')}</th>
              <th className={table.right}>{t('statistics.openMu')}</th>
              <th className={table.right}>{t('statistics.closedMu')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, name, tally, filter, drill, resolvedInMonth }) => (
              <tr key={key} data-key={key}>
                <td>{drill ? <Link to={drill} title={t('statistics.drill')}>{name}</Link> : <span className="num">{name}</span>}</td>
                <Count value={tally.accepted} filter={filter} />
                <Count value={tally.resolved} filter={{ ...filter, resolved: true }} />
                <td className={table.right}>{percentText(tally.rate)}</td>
                <Count value={tally.open} filter={{ ...filter, resolved: false }} />
                {withResolvedInMonth && resolvedInMonth && <Count value={resolvedInMonth.count} filter={resolvedInMonth.filter} />}
                <Count value={tally.three_cross} filter={{ ...filter, three_cross: true }} />
                <Ground area={tally.open_ground} filter={{ ...filter, resolved: false }} />
                <Ground area={tally.closed_ground} filter={{ ...filter, resolved: true }} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {note && <p className={styles.note}>{note}</p>}
    </section>
  );
}

function Count({ value, filter }: { value: number; filter: CaseQuery }) {
  return <td className={table.right}>{value === 0 ? <span className={styles.zero}>0</span> : <Link to={casesPath(filter)}>{count(value)}</Link>}</td>;
}

function Ground({ area, filter }: { area: Contested; filter: CaseQuery }) {
  if (area.outer.m2 === 0) return <td className={table.right}><span className={styles.zero}>0</span></td>;
  const text = contestedText(area);
  return (
    <td className={table.right}>
      <Link to={casesPath(filter)}>{text.nominal}</Link> <span className={table.soft}>({text.bounds})</span>
    </td>
  );
}
