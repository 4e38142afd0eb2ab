import { CloseOutlined, EditOutlined, SwapOutlined, UndoOutlined } from '@ant-design/icons';
import { Button, Switch } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PieceCollection, Run } from '../../api/types';
import { Empty } from '../../components/Empty/Empty';
import { shortParties } from '../../format/party';
import { KernelMissing } from '../../kernel/kernel';
import type { EastNorth } from '../../kernel/codec';
import type { Scene } from '../../map/scene';
import { usePatchQuery } from '../../url/query';
import { seatsText, type Seats } from '../../url/proposalLine';
import styles from './ProposalBoard.module.css';
import { ShareTable } from './ShareTable';
import { dividedPieces, swapped } from './shares';
import { useDivision } from './useDivision';
import { useKernel } from './useKernel';

interface Props {
  scene: Scene | null;
  run: Run | null | undefined;
  nominal: PieceCollection | undefined;
  line: readonly EastNorth[];
  seats: ReadonlyMap<number, Seats>;
  size: 'desk' | 'projector';
  children?: ReactNode; // what stands below the table
}

/** The proposal on the table: the tools of its line, and who would get how much. */
export function ProposalBoard({ scene, run, nominal, line, seats, size, children }: Props) {
  const { t } = useTranslation();
  const patch = usePatchQuery();
  const { kernel, error, retry } = useKernel();
  const division = useDivision(scene, kernel, run?.srid, nominal, line, seats);
  const [snapping, setSnapping] = useState(false);
  useEffect(() => {
    if (scene) scene.proposal.snapping = snapping;
  }, [scene, snapping]);
  const close = () => patch({ line: undefined, seats: undefined });
  const rows = dividedPieces(division.pieces, division.cuts, seats);
  const big = size === 'projector';

  return (
    <section className={`${styles.board} ${big ? styles.projector : ''}`} aria-label={t('proposal.title')} data-testid="proposal">
      <header className={styles.head}>
        <h2 className={styles.title}>{t('proposal.title')}</h2>
        <span className={styles.prejudice} title={t('proposal.prejudiceHint')}>{t('proposal.prejudice')}</span>
        <Button type="text" size={big ? 'large' : 'middle'} icon={<CloseOutlined />} aria-label={t('proposal.close')} onClick={close} data-testid="proposal-close" />
      </header>
      {error !== null ? (
        <Missing error={error} onRetry={retry} />
      ) : run === null || (nominal && division.pieces.length === 0) ? (
        <Empty title={t('proposal.nothing')} hint={t('proposal.nothingHint')} />
      ) : !kernel || !run || !nominal ? (
        <p className={styles.hint} role="status" aria-busy="true">{t('proposal.loading')}</p>
      ) : (
        <>
          <div className={styles.tools}>
            <Button size={big ? 'large' : 'middle'} icon={<SwapOutlined />} disabled={!rows.some((r) => r.divided)} onClick={() => patch({ seats: seatsText(swapped(rows.filter((r) => r.divided), seats)) }, { replace: true })} data-testid="proposal-swap">{t('proposal.swap')}</Button>
            <Button size={big ? 'large' : 'middle'} icon={<UndoOutlined />} disabled={!division.canUndo} onClick={division.undo} data-testid="proposal-undo">{t('proposal.undo')}</Button>
            <Button size={big ? 'large' : 'middle'} icon={<EditOutlined />} onClick={division.redraw} data-testid="proposal-redraw">{t('proposal.redraw')}</Button>
          </div>
          {!big && (
            <label className={styles.snap}>
              <Switch size="small" checked={snapping} onChange={setSnapping} data-testid="proposal-snap" /> {t('proposal.snap')}
            </label>
          )}
          <p className={styles.hint} data-testid="proposal-hint">{t(division.drawing ? 'proposal.drawHint' : 'proposal.dragHint')}</p>
          <ShareTable
            run={run}
            names={shortParties([...new Set(run.inputs.map((i) => i.party))])}
            rows={rows}
            seats={seats}
            size={size}
            onSeats={(next) => patch({ seats: seatsText(next) }, { replace: true })}
          />
          {children}
        </>
      )}
    </section>
  );
}

/** There is no kernel: the rest of the page works all the same. */
function Missing({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  const unsupported = error instanceof KernelMissing && error.why === 'unsupported';
  return (
    <div role="alert" data-testid="kernel-missing">
      <Empty
        title={t(unsupported ? 'proposal.unsupported' : 'proposal.unreachable')}
        hint={t(unsupported ? 'proposal.unsupportedHint' : 'proposal.unreachableHint')}
        action={unsupported ? undefined : <Button onClick={onRetry}>{t('common.retry')}</Button>}
      />
    </div>
  );
}
