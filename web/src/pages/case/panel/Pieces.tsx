import { useTranslation } from 'react-i18next';
import type { Piece, Run } from '../../../api/types';
import table from '../../../components/DataTable/DataTable.module.css';
import { PartyName } from '../../../components/PartySymbol/PartyName';
import { Section } from '../../../components/Section/Section';
import { muText } from '../../../format/area';
import { shortParties } from '../../../format/party';
import { fixed, range } from '../../../format/number';
import { pieceDecimals } from '../pieceText';
import styles from './Panel.module.css';

interface Props {
  run: Run;
  chosen: number | null;
  hovered: number | null;
  onHover: (piece: number | null) => void;
  onPick: (piece: number) => void;
}

/** The contested pieces; a row shows its piece on the map, and the map its row. */
export function Pieces({ run, chosen, hovered, onHover, onPick }: Props) {
  const { t } = useTranslation();
  const names = shortParties([...new Set(run.inputs.map((i) => i.party))]);
  return (
    <Section title={t('case.pieces')} extra={run.pieces.length} testID="pieces">
      <table className={table.table}>
        <thead>
          <tr>
            <th>{t('case.pieceNo')}</th>
            <th>{t('case.between')}</th>
            <th className={table.right}>{t('case.muCoreNominal')}</th>
          </tr>
        </thead>
        <tbody onMouseLeave={() => onHover(null)}>
          {run.pieces.map((p) => (
            <tr
              key={p.n}
              className={`${table.pick} ${p.n === chosen ? table.chosen : p.n === hovered ? table.hovered : ''}`}
              onMouseEnter={() => onHover(p.n)}
              onClick={() => onPick(p.n)}
              aria-selected={p.n === chosen}
              data-testid={`piece-${p.n}`}
            >
              <td>
                <button type="button" className={`${styles.badge} ${p.verdict === 'within_tolerance' ? styles.tolerance : ''}`} aria-label={t('session.piece', { n: p.n })}>
                  {p.n}
                </button>
              </td>
              <td className={table.grow}>
                <div className={styles.partyList}>{p.parties.map((name, i) => <PartyName key={name} side={p.sides[i] ?? 1} name={names.get(name) ?? name} full={name} brief />)}</div>
                <div className={`${styles.verdict} ${p.verdict === 'certain' ? styles.verdictCertain : ''}`}>{t(`verdict.${p.verdict}`)}</div>
                {p.sliver && <div className={table.soft}>{t('case.sliver', { width: fixed(p.width_m, 2), tolerance: fixed(p.tolerance_m, 2) })}</div>}
              </td>
              <td className={table.right}><PieceMu piece={p} decimals={pieceDecimals(p, run)} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function PieceMu({ piece, decimals }: { piece: Piece; decimals: number }) {
  const nominal = muText(piece.nominal.ellipsoidal, decimals);
  const core = muText(piece.core.ellipsoidal, decimals);
  return (
    <>
      <span className={styles.nominal} data-testid={`piece-mu-${piece.n}`}>{nominal}</span>
      <div className={table.soft}>{range(core, nominal)}</div>
      <div className={table.soft}>{fixed(piece.nominal.ellipsoidal.m2, Math.max(0, decimals - 1))} m²</div>
    </>
  );
}
