import { SwapOutlined } from '@ant-design/icons';
import { Button, Select, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Run } from '../../api/types';
import { PartyName } from '../../components/PartySymbol/PartyName';
import { mu } from '../../format/area';
import { fixed } from '../../format/number';
import type { Seats } from '../../url/proposalLine';
import { pieceDecimals } from '../case/pieceText';
import styles from './ProposalBoard.module.css';
import { seated, swapped, totals, type DividedPiece, type Share } from './shares';

interface Props {
  run: Run;
  names: ReadonlyMap<string, string>;
  rows: readonly DividedPiece[];
  seats: ReadonlyMap<number, Seats>;
  size: 'desk' | 'projector';
  onSeats: (seats: Map<number, Seats>) => void;
}

/** Who would get how much: all together, piece by piece, and what stays undivided. */
export function ShareTable({ run, names, rows, seats, size, onSeats }: Props) {
  const { t } = useTranslation();
  const divided = rows.filter((r) => r.divided);
  const whole = rows.filter((r) => !r.divided);
  const party = (side: number) => {
    const full = run.inputs.find((i) => i.side === side)?.party ?? '';
    return <PartyName side={side} name={names.get(full) ?? full} full={full} brief />;
  };
  const decimals = (n: number) => Math.max(2, pieceDecimals(run.pieces.find((p) => p.n === n) ?? run.pieces[0]!, run));

  return (
    <>
      {divided.length === 0 ? (
        <p className={styles.none} role="status" data-testid="proposal-none">{t('proposal.noneDivided')}</p>
      ) : (
        <table className={styles.table} aria-label={t('proposal.table')} data-testid="proposal-table">
          <thead>
            <tr>
              <th>{t('proposal.who')}</th>
              <th>{t('proposal.mu')}</th>
              <th>{t('proposal.share')}</th>
              <th>{t('proposal.even')}</th>
            </tr>
          </thead>
          <tbody className={styles.totals}>
            <tr className={styles.group}><th colSpan={4}>{t('proposal.total')}</th></tr>
            {totals(divided).map((s) => <Line key={s.side} share={s} decimals={2} who={party(s.side)} id={`total-${s.side}`} />)}
          </tbody>
          {divided.map((piece) => (
            <tbody key={piece.n} data-testid={`proposal-piece-${piece.n}`}>
              <tr className={styles.group}>
                <th colSpan={4}>
                  <span className={styles.groupHead}>
                    {t('session.piece', { n: piece.n })}
                    <Tooltip title={t('proposal.swapPiece')} placement="left">
                      <Button type="text" size="small" icon={<SwapOutlined />} aria-label={t('proposal.swapPiece')} onClick={() => onSeats(swapped([piece], seats))} />
                    </Tooltip>
                  </span>
                </th>
              </tr>
              {(['left', 'right'] as const).map((place) => (
                <Line
                  key={place}
                  share={piece[place]}
                  decimals={decimals(piece.n)}
                  id={`${piece.n}-${piece[place].side}`}
                  who={
                    piece.sides.length > 2 && size === 'desk' ? (
                      <Select
                        size="small"
                        variant="borderless"
                        popupMatchSelectWidth={false}
                        value={piece[place].side}
                        aria-label={t(place === 'left' ? 'proposal.left' : 'proposal.right')}
                        onChange={(side) => onSeats(seated(piece, seats, place, side))}
                        options={piece.sides.map((side) => ({ value: side, label: party(side) }))}
                      />
                    ) : (
                      party(piece[place].side)
                    )
                  }
                />
              ))}
              {piece.wholeM2 > 0 && (
                <tr className={styles.soft}>
                  <td>{t('proposal.unassigned')}</td>
                  <td>{fixed(mu(piece.wholeM2), decimals(piece.n))}</td>
                  <td colSpan={2} />
                </tr>
              )}
            </tbody>
          ))}
        </table>
      )}
      {whole.length > 0 && (
        <p className={styles.whole} title={t('proposal.undividedHint')} data-testid="proposal-undivided">
          {t('proposal.undivided')}: {whole.map((r) => r.n).join(', ')} · {fixed(mu(whole.reduce((sum, r) => sum + r.wholeM2, 0)), 2)} {t('unit.mu')}
        </p>
      )}
      <p className={styles.method}>{t('proposal.ellipsoid')}</p>
    </>
  );
}

function Line({ share, decimals, who, id }: { share: Share; decimals: number; who: React.ReactNode; id: string }) {
  const { t } = useTranslation();
  const beyond = mu(share.beyondEven);
  return (
    <tr>
      <td className={styles.who}>{who}</td>
      <td className={styles.figure}><span data-testid={`proposal-mu-${id}`}>{fixed(mu(share.m2), decimals)}</span> <small>{t('unit.mu')}</small></td>
      <td>{fixed(share.part * 100, 1)} %</td>
      <td>{beyond > 0 ? '+' : ''}{fixed(beyond, decimals)}</td>
    </tr>
  );
}
