import { CheckCircleOutlined, WarningOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Popconfirm, Skeleton } from 'antd';
import { memo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, data } from '../../api/client';
import { useProposals } from '../../api/queries';
import type { Proposal, Run } from '../../api/types';
import { Failed } from '../../components/Failed/Failed';
import { When } from '../../components/When/When';
import type { EastNorth } from '../../kernel/codec';
import { usePatchQuery } from '../../url/query';
import { lineText, seatsText, type Seats } from '../../url/proposalLine';
import styles from './SavedProposals.module.css';
import { seatsAt } from './shares';

interface Props {
  number: string;
  run: Run | null | undefined;
  line: readonly EastNorth[];
  seats: ReadonlyMap<number, Seats>;
  opened: string | null; // the saved proposal that the line came from
}

const newKey = () => crypto.randomUUID?.() ?? `proposal-${Date.now()}-${Math.random()}`;

/** Saving the line on the case, and the lines saved before. */
export const SavedProposals = memo(function SavedProposals({ number, run, line, seats, opened }: Props) {
  const { t } = useTranslation();
  const patch = usePatchQuery();
  const cache = useQueryClient();
  const saved = useProposals(number);
  const current = saved.data?.find((p) => p.id === opened);
  const [title, setTitle] = useState<string | null>(null);
  const [note, setNote] = useState<string | null>(null);
  const key = useRef(newKey());
  const name = title ?? current?.title ?? '';
  const refresh = () => cache.invalidateQueries({ queryKey: ['case', number, 'proposals'] });
  const save = useMutation({
    mutationFn: (replaces: string | undefined) =>
      data(api.POST('/cases/{number}/proposals', {
        params: { path: { number }, header: { 'Idempotency-Key': key.current } },
        body: {
          run: run!.id,
          title: name.trim(),
          note: (note ?? current?.note ?? '').trim() || undefined,
          line: line.map(([east, north]) => [east, north]),
          seats: [...seats].map(([n, [left, right]]) => ({ n, left, right })),
          replaces,
        },
      })),
    onSuccess: async (p) => {
      await refresh();
      patch({ proposal: p.id }, { replace: true });
      setTitle(null);
      setNote(null);
    },
    onSettled: () => {
      key.current = newKey();
    },
  });
  const withdraw = useMutation({
    mutationFn: (id: string) => api.DELETE('/cases/{number}/proposals/{id}', { params: { path: { number, id } } }),
    onSuccess: async (_, id) => {
      await refresh();
      if (id === opened) patch({ proposal: undefined }, { replace: true });
    },
  });
  const ready = Boolean(run) && line.length >= 2 && name.trim() !== '' && !save.isPending;

  return (
    <div className={styles.saved}>
      <div className={styles.form}>
        <Input value={name} maxLength={200} placeholder={t('proposal.namePlaceholder')} aria-label={t('proposal.name')} onChange={(e) => setTitle(e.target.value)} data-testid="proposal-title" />
        <Input.TextArea value={note ?? current?.note ?? ''} maxLength={2000} autoSize={{ minRows: 1, maxRows: 4 }} placeholder={t('proposal.notePlaceholder')} aria-label={t('proposal.note')} onChange={(e) => setNote(e.target.value)} />
        <div className={styles.actions}>
          <Button type="primary" disabled={!ready} loading={save.isPending} onClick={() => save.mutate(current?.id)} data-testid="proposal-save">{t(current ? 'proposal.saveVersion' : 'proposal.save')}</Button>
          {current && <Button disabled={!ready} onClick={() => save.mutate(undefined)}>{t('proposal.saveNew')}</Button>}
        </div>
        {save.isError && <Failed error={save.error} />}
      </div>
      <h3 className={styles.title}>{t('proposal.saved')}</h3>
      {saved.isError ? (
        <Failed error={saved.error} onRetry={() => void saved.refetch()} />
      ) : !saved.data ? (
        <Skeleton active paragraph={{ rows: 2 }} title={false} />
      ) : saved.data.length === 0 ? (
        <p className={styles.soft}>{t('proposal.none')}</p>
      ) : (
        <ul className={styles.list}>
          {saved.data.map((p) => (
            <Saved key={p.id} proposal={p} chosen={p.id === opened} sameRun={p.run === run?.id} onOpen={() => patch(queryOf(p, run))} onWithdraw={() => withdraw.mutate(p.id)} />
          ))}
        </ul>
      )}
      {withdraw.isError && <Failed error={withdraw.error} />}
    </div>
  );
});

interface SavedProps {
  proposal: Proposal;
  chosen: boolean;
  sameRun: boolean;
  onOpen: () => void;
  onWithdraw: () => void;
}

function Saved({ proposal: p, chosen, sameRun, onOpen, onWithdraw }: SavedProps) {
  const { t } = useTranslation();
  return (
    <li className={chosen ? styles.chosen : undefined} data-testid={`saved-${p.id}`}>
      <div className={styles.name}>
        <strong>{p.title}</strong>
        <span className={styles.links}>
          <Button type="link" size="small" onClick={onOpen} data-testid="saved-open">{t('proposal.open2')}</Button>
          <Popconfirm title={t('proposal.withdrawAsk')} okText={t('proposal.withdraw')} cancelText={t('common.cancel')} onConfirm={onWithdraw}>
            <Button type="link" size="small" danger data-testid="saved-withdraw">{t('proposal.withdraw')}</Button>
          </Popconfirm>
        </span>
      </div>
      <div className={styles.soft}>{t('proposal.version', { version: p.version })} · <When at={p.created_at} /> · {p.created_by}</div>
      {p.note && <div>{p.note}</div>}
      {!sameRun && <div className={styles.soft}>{t('proposal.otherRun')}</div>}
      <div className={p.agrees ? styles.agrees : styles.differs} data-testid="saved-agrees">
        {p.agrees ? <CheckCircleOutlined /> : <WarningOutlined />} {t(p.agrees ? 'proposal.agrees' : 'proposal.differs')}
      </div>
    </li>
  );
}

/** What the address says when a saved proposal is opened. On a newer run its pieces may be others, and everyone sits as usual. */
function queryOf(p: Proposal, run: Run | null | undefined) {
  const seats = new Map<number, Seats>();
  for (const piece of p.run === run?.id ? run.pieces : []) {
    const { left, right } = p.pieces.find(({ n }) => n === piece.n) ?? {};
    const [first, second] = seatsAt(piece, new Map());
    if (left?.side && right?.side && (left.side !== first || right.side !== second)) seats.set(piece.n, [left.side, right.side]);
  }
  return { line: lineText(p.line as unknown as EastNorth[]), seats: seatsText(seats), proposal: p.id };
}
