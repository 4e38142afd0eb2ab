import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, data } from '../../../api/client';
import { caseQuery } from '../../../api/queries';
import { ProblemError } from '../../../api/problem';
import type { Case, CaseStatus } from '../../../api/types';
import { Failed } from '../../../components/Failed/Failed';
import { When } from '../../../components/When/When';
import styles from './Panel.module.css';

/** The moves that the case may make now, and those it has made. */
export function Moves({ item, etag }: { item: Case; etag: string }) {
  const { t } = useTranslation();
  const [to, setTo] = useState<CaseStatus | null>(null);
  const [history, setHistory] = useState(false);
  return (
    <>
      <div className={styles.moves}>
        <span className={styles.movesLabel}>{item.moves.length > 0 ? t('move.next') : t('move.none')}</span>
        {item.moves.map((m) => (
          <Button key={m} size="small" onClick={() => setTo(m)} data-testid={`move-${m}`}>{t(`move.${m}`)}</Button>
        ))}
        {item.history.length > 0 && (
          <Button size="small" type="text" aria-expanded={history} onClick={() => setHistory(!history)}>{t('move.history')} ({item.history.length})</Button>
        )}
      </div>
      {history && (
        <ol className={styles.history}>
          {item.history.map((m) => (
            <li key={m.at + m.to}>
              <When at={m.at} />
              <span>{t(`status.${m.to}`)} · {m.by}{m.note && <span className={styles.note}> · {m.note}</span>}</span>
            </li>
          ))}
        </ol>
      )}
      {to && <MoveDialog item={item} etag={etag} to={to} onClose={() => setTo(null)} />}
    </>
  );
}

interface DialogProps {
  item: Case;
  etag: string;
  to: CaseStatus;
  onClose: () => void;
}

/** Asks for the note of a move and makes it, if the case is still as it was read. */
function MoveDialog({ item, etag, to, onClose }: DialogProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const move = useMutation({
    mutationFn: () =>
      data(api.POST('/cases/{number}/moves', {
        params: { path: { number: item.number }, header: { 'If-Match': etag } },
        body: { to, note: note.trim() || undefined },
      })),
    onSuccess: async () => {
      void message.success(t('move.done', { status: t(`status.${to}`) }));
      onClose();
      await client.invalidateQueries({ queryKey: ['cases'] });
    },
    onError: (error) => {
      if (!(error instanceof ProblemError) || error.problem.status !== 412) return;
      void message.warning(t('move.conflict'));
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: caseQuery(item.number).queryKey, exact: true }),
  });
  return (
    <Modal
      open
      title={t('move.title', { move: t(`move.${to}`) })}
      okText={t(`move.${to}`)}
      okButtonProps={{ 'data-testid': 'move-ok' }}
      confirmLoading={move.isPending}
      onOk={() => move.mutate()}
      onCancel={onClose}
    >
      <label style={{ display: 'grid', gap: 6, marginBottom: 28 }}>
        {t('move.note')}
        <Input.TextArea rows={4} maxLength={2000} showCount value={note} placeholder={t('move.notePlaceholder')} onChange={(e) => setNote(e.target.value)} />
      </label>
      {move.isError && <div style={{ marginTop: 16 }}><Failed error={move.error} /></div>}
    </Modal>
  );
}
