import { useTranslation } from 'react-i18next';
import type { SessionView } from '../../api/types';
import { PartyName } from '../../components/PartySymbol/PartyName';
import { contestedText, muText } from '../../format/area';
import { range } from '../../format/number';
import { shortParties } from '../../format/party';
import { pieceDecimals } from '../case/pieceText';
import styles from './SessionPage.module.css';

interface Props {
  view: SessionView;
  piece: number | null;
  onChoose: (piece: number | null) => void;
  onPropose: () => void;
}

/** The case number, and the table of the pieces with their mu. */
export function PieceBoard({ view, piece, onChoose, onPropose }: Props) {
  const { t } = useTranslation();
  const { run } = view;
  const names = shortParties(view.case.parties.map((p) => p.name));
  const total = contestedText({ nominal: run.nominal.ellipsoidal, core: run.core.ellipsoidal, outer: run.outer.ellipsoidal });
  return (
    <section className={styles.board}>
      <header className={styles.head}>
        <div className={styles.number} data-testid="session-case">{view.case.number}</div>
        <h1 className={styles.title}>{view.case.title}</h1>
      </header>
      <table className={styles.table} aria-label={t('session.table')}>
        <tbody>
          {run.pieces.map((p) => {
            const decimals = pieceDecimals(p, run);
            return (
              <tr key={p.n} className={p.n === piece ? styles.chosen : undefined} onClick={() => onChoose(p.n === piece ? null : p.n)} data-testid={`session-piece-${p.n}`}>
                <td>
                  <button type="button" className={`${styles.badge} ${p.verdict === 'within_tolerance' ? styles.tolerance : ''}`} aria-pressed={p.n === piece} aria-label={t('session.piece', { n: p.n })}>{p.n}</button>
                </td>
                <td>
                  <div className={styles.parties}>{p.parties.map((name, i) => <PartyName key={name} side={p.sides[i] ?? 1} name={names.get(name) ?? name} full={name} brief />)}</div>
                  {p.verdict === 'within_tolerance' && <div className={styles.bounds}>{t('verdict.within_tolerance')}</div>}
                </td>
                <td className={styles.right}>
                  <span className={styles.mu} data-testid={`session-mu-${p.n}`}>{muText(p.nominal.ellipsoidal, decimals)}</span> {t('unit.mu')}
                  <div className={styles.bounds}>{range(muText(p.core.ellipsoidal, decimals), muText(p.nominal.ellipsoidal, decimals))}</div>
                </td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr onClick={() => onChoose(null)}>
            <td colSpan={2}>{t('session.total')}</td>
            <td className={styles.right}>
              <span className={styles.mu} data-testid="session-total">{total.nominal}</span> {t('unit.mu')}
              <div className={styles.bounds}>{total.bounds}</div>
            </td>
          </tr>
        </tfoot>
      </table>
      <button type="button" className={styles.propose} onClick={onPropose} data-testid="session-propose">{t('proposal.open')}</button>
    </section>
  );
}
