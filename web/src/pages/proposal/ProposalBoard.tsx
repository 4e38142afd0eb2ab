import { CloseOutlined, EditOutlined, SwapOutlined, UndoOutlined } from '@ant-design/icons';
import { Button, Switch } from 'antd';
import { memo, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
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
  const close = useCallback(() => patch({ line: undefined, seats: undefined, proposal: undefined }), [patch]);
  const rows = dividedPieces(division.pieces, division.cuts, seats);
  const latest = useRef({ rows, seats });
  latest.current = { rows, seats };
  const swap = useCallback(() => {
    const { rows, seats } = latest.current;
    patch({ seats: seatsText(swapped(rows.filter((r) => r.divided), seats)) }, { replace: true });
  }, [patch]);
  const names = useMemo(() => shortParties([...new Set((run?.inputs ?? []).map((i) => i.party))]), [run]);
  const big = size === 'projector';

  return (
    <section className={`${styles.board} ${big ? styles.projector : ''}`} aria-label={t('proposal.title')} data-testid="proposal">
      <Head big={big} onClose={close} />
      {error !== null ? (
        <Missing error={error} onRetry={retry} />
      ) : run === null || (nominal && division.pieces.length === 0) ? (
        <Empty title={t('proposal.nothing')} hint={t('proposal.nothingHint')} />
      ) : !kernel || !run || !nominal ? (
        <p className={styles.hint} role="status" aria-busy="true">{t('proposal.loading')}</p>
      ) : (
        <>
          <Tools big={big} canSwap={rows.some((r) => r.divided)} canUndo={division.canUndo} onSwap={swap} onUndo={division.undo} onRedraw={division.redraw} />
          {!big && <Snapping on={snapping} onChange={setSnapping} />}
          <p className={styles.hint} data-testid="proposal-hint">{t(division.drawing ? 'proposal.drawHint' : 'proposal.dragHint')}</p>
          <ShareTable
            run={run}
            names={names}
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

// What follows is remembered, since the board is written anew for every frame of a drag.

const Head = memo(function Head({ big, onClose }: { big: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <header className={styles.head}>
      <h2 className={styles.title}>{t('proposal.title')}</h2>
      <span className={styles.prejudice} title={t('proposal.prejudiceHint')}>{t('proposal.prejudice')}</span>
      <Button type="text" size={big ? 'large' : 'middle'} icon={<CloseOutlined />} aria-label={t('proposal.close')} onClick={onClose} data-testid="proposal-close" />
    </header>
  );
});

interface ToolsProps {
  big: boolean;
  canSwap: boolean;
  canUndo: boolean;
  onSwap: () => void;
  onUndo: () => void;
  onRedraw: () => void;
}

const Tools = memo(function Tools({ big, canSwap, canUndo, onSwap, onUndo, onRedraw }: ToolsProps) {
  const { t } = useTranslation();
  const size = big ? 'large' : 'middle';
  return (
    <div className={styles.tools}>
      <Button size={size} icon={<SwapOutlined />} disabled={!canSwap} onClick={onSwap} data-testid="proposal-swap">{t('proposal.swap')}</Button>
      <Button size={size} icon={<UndoOutlined />} disabled={!canUndo} onClick={onUndo} data-testid="proposal-undo">{t('proposal.undo')}</Button>
      <Button size={size} icon={<EditOutlined />} onClick={onRedraw} data-testid="proposal-redraw">{t('proposal.redraw')}</Button>
    </div>
  );
});

const Snapping = memo(function Snapping({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <label className={styles.snap}>
      <Switch size="small" checked={on} onChange={onChange} data-testid="proposal-snap" /> {t('proposal.snap')}
    </label>
  );
});

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
