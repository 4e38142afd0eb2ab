import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { CaseSummary, Contested } from '../../api/types';
import { PartyName } from '../../components/PartySymbol/PartyName';
import { KindTag, StatusTag, ThreeCrossTag } from '../../components/Tags/Tags';
import { contestedText } from '../../format/area';
import { casePath } from '../../url/filters';
import styles from './CasesPage.module.css';

/** The cases as rows; a row opens its case. */
export function CaseTable({ cases }: { cases: CaseSummary[] }) {
  const { t } = useTranslation();
  return (
    <table className={styles.table} data-testid="case-table">
      <thead>
        <tr>
          <th>{t('cases.number')}</th>
          <th>{t('cases.caseTitle')}</th>
          <th>{t('cases.kind')}</th>
          <th>{t('cases.status')}</th>
          <th>{t('cases.crossing')}</th>
          <th>{t('cases.areas')}</th>
          <th className={styles.right}>{t('cases.disputed')}</th>
          <th>{t('cases.accepted')}</th>
        </tr>
      </thead>
      <tbody>
        {cases.map((c) => <CaseRow key={c.number} item={c} />)}
      </tbody>
    </table>
  );
}

function CaseRow({ item }: { item: CaseSummary }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <tr className={styles.row} onClick={(e) => (e.target as Element).closest('a') ?? void navigate(casePath(item.number))}>
      <td className={styles.number}><Link to={casePath(item.number)}>{item.number}</Link></td>
      <td className={styles.caseTitle}>
        {item.title}
        <div className={styles.parties}>
          {item.parties.map((p) => <PartyName key={p.id} side={p.side} name={p.name} brief />)}
        </div>
      </td>
      <td><KindTag kind={item.kind} /></td>
      <td><StatusTag status={item.status} /></td>
      <td><ThreeCrossTag crossing={item.three_cross} /></td>
      <td>{item.areas.map((a) => a.name).join('、') || <span className={styles.absent}>—</span>}</td>
      <td className={`${styles.right} num`}>
        {item.contested ? <Disputed area={item.contested} /> : <span className={styles.absent}>{t('cases.notComputed')}</span>}
      </td>
      <td className="num">
        {item.accepted_on}
        {item.resolved_on && <div className={styles.bounds}>{t('cases.resolved')} {item.resolved_on}</div>}
      </td>
    </tr>
  );
}

function Disputed({ area }: { area: Contested }) {
  const text = contestedText(area);
  return (
    <>
      <span className={styles.mu}>{text.nominal}</span>
      <div className={styles.bounds}>{text.bounds}</div>
    </>
  );
}
