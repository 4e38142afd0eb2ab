import { SwapOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { memo, useCallback, useMemo, useRef, type ReactNode } from 'react';
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

/**
 * Who would get how much: all together, piece by piece, and what stays undivided.
 * It is written anew for every frame of a drag, so all but figures is remembered.
 */
export function ShareTable({ run, names, rows, seats, size, onSeats }: Props) {
  const { t } = useTranslation();
  const words = useMemo(() => ({ mu: t('unit.mu'), unassigned: t('proposal.unassigned') }), [t]);
  const piecesByNumber = useMemo(() => new Map(run.pieces.map((p) => [p.n, Math.max(2, pieceDecimals(p, run))])), [run]);
  const parties = useMemo(() => new Map(run.inputs.map(({ side, party }) => [side, <PartyName key={side} side={side} name={names.get(party) ?? party} full={party} brief />])), [run, names]);
  const latest = useRef({ rows, seats, onSeats });
  latest.current = { rows, seats, onSeats };
  const rowOf = (n: number) => latest.current.rows.find((r) => r.n === n)!;
  const swap = useCallback((n: number) => latest.current.onSeats(swapped([rowOf(n)], latest.current.seats)), []);
  const choose = useCallback((n: number, place: 'left' | 'right', side: number) => latest.current.onSeats(seated(rowOf(n), latest.current.seats, place, side)), []);
  const divided = rows.filter((r) => r.divided);
  const whole = rows.filter((r) => !r.divided);

  return (
    <>
      {divided.length === 0 ? (
        <p className={styles.none} role="status" data-testid="proposal-none">{t('proposal.noneDivided')}</p>
      ) : (
        <table className={styles.table} aria-label={t('proposal.table')} data-testid="proposal-table">
          <Head />
          <tbody className={styles.totals}>
            {totals(divided).map((s) => <Line key={s.side} share={s} decimals={2} unit={words.mu} who={parties.get(s.side)} id={`total-${s.side}`} />)}
          </tbody>
          {divided.map((piece) => {
            const decimals = piecesByNumber.get(piece.n) ?? 2;
            return (
              <tbody key={piece.n} data-testid={`proposal-piece-${piece.n}`}>
                <PieceHead n={piece.n} onSwap={swap} />
                {(['left', 'right'] as const).map((place) => (
                  <Line
                    key={place}
                    share={piece[place]}
                    decimals={decimals}
                    unit={words.mu}
                    id={`${piece.n}-${piece[place].side}`}
                    who={piece.sides.length > 2 && size === 'desk' ? <Chooser n={piece.n} place={place} side={piece[place].side} sides={piece.sides} parties={parties} onChoose={choose} /> : parties.get(piece[place].side)}
                  />
                ))}
                {piece.wholeM2 > 0 && (
                  <tr className={styles.soft}>
                    <td>{words.unassigned}</td>
                    <td>{fixed(mu(piece.wholeM2), decimals)}</td>
                    <td colSpan={2} />
                  </tr>
                )}
              </tbody>
            );
          })}
        </table>
      )}
      {whole.length > 0 && (
        <p className={styles.whole} title={t('proposal.undividedHint')} data-testid="proposal-undivided">
          {t('proposal.undivided')}: {whole.map((r) => r.n).join(', ')} · {fixed(mu(whole.reduce((sum, r) => sum + r.wholeM2, 0)), 2)} {words.mu}
        </p>
      )}
      <p className={styles.method}>{t('proposal.ellipsoid')}</p>
    </>
  );
}

const Head = memo(function Head() {
  const { t } = useTranslation();
  return (
    <thead>
      <tr>
        <th>{t('proposal.who')}</th>
        <th>{t('proposal.mu')}</th>
        <th>{t('proposal.share')}</th>
        <th>{t('proposal.even')}</th>
      </tr>
      <tr className={styles.group}><th colSpan={4}>{t('proposal.total')}</th></tr>
    </thead>
  );
});

const PieceHead = memo(function PieceHead({ n, onSwap }: { n: number; onSwap: (n: number) => void }) {
  const { t } = useTranslation();
  return (
    <tr className={styles.group}>
      <th colSpan={4}>
        <span className={styles.groupHead}>
          {t('session.piece', { n })}
          <Button type="text" size="small" icon={<SwapOutlined />} title={t('proposal.swapPiece')} aria-label={t('proposal.swapPiece')} onClick={() => onSwap(n)} />
        </span>
      </th>
    </tr>
  );
});

interface ChooserProps {
  n: number;
  place: 'left' | 'right';
  side: number;
  sides: readonly number[];
  parties: ReadonlyMap<number, ReactNode>;
  onChoose: (n: number, place: 'left' | 'right', side: number) => void;
}

/** Where three or more claim a piece, the mediator says which two divide it. */
const Chooser = memo(function Chooser({ n, place, side, sides, parties, onChoose }: ChooserProps) {
  const { t } = useTranslation();
  return (
    <Select
      size="small"
      variant="borderless"
      popupMatchSelectWidth={false}
      value={side}
      aria-label={t(place === 'left' ? 'proposal.left' : 'proposal.right')}
      onChange={(chosen) => onChoose(n, place, chosen)}
      options={sides.map((s) => ({ value: s, label: parties.get(s) }))}
    />
  );
});

/** A row of figures. `who` is a remembered element, so React does not look into it. */
function Line({ share, decimals, unit, who, id }: { share: Share; decimals: number; unit: string; who: ReactNode; id: string }) {
  const beyond = mu(share.beyondEven);
  return (
    <tr>
      <td className={styles.who}>{who}</td>
      <td className={styles.figure}><span data-testid={`proposal-mu-${id}`}>{fixed(mu(share.m2), decimals)}</span> <small>{unit}</small></td>
      <td>{fixed(share.part * 100, 1)} %</td>
      <td>{beyond > 0 ? '+' : ''}{fixed(beyond, decimals)}</td>
    </tr>
  );
}
