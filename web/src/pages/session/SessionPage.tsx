import { Skeleton } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { linkError } from '../../api/problem';
import { useSession } from '../../api/queries';
import { useTitle } from '../../app/useTitle';
import { Failed } from '../../components/Failed/Failed';
import { mapStateOf } from '../../url/mapState';
import { usePatchQuery } from '../../url/query';
import type { Scene } from '../../map/scene';
import { ProposalBoard } from '../proposal/ProposalBoard';
import { PieceBoard } from './PieceBoard';
import { pieceAfterKey } from './keys';
import { atLevel, SessionMap } from './SessionMap';
import styles from './SessionPage.module.css';

/** The projector's view of a session: frozen, large, and with nothing to lose on it. */
export function SessionPage() {
  const { t } = useTranslation();
  const { token = '' } = useParams();
  const answer = useSession(token);
  const [params] = useSearchParams();
  const { piece, line, seats } = useMemo(() => mapStateOf(params), [params]);
  const [scene, setScene] = useState<Scene | null>(null);
  const patch = usePatchQuery();
  const view = answer.data;
  useTitle(view ? `${t('session.title')} ${view.case.number}` : t('session.title'));
  const nominal = useMemo(() => view && atLevel(view.pieces, 'nominal'), [view]);
  const numbers = useMemo(() => view?.run.pieces.map((p) => p.n) ?? [], [view]);

  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey) return;
      const next = pieceAfterKey(e.key, piece, numbers);
      if (next === undefined) return;
      e.preventDefault();
      patch({ piece: next === null ? undefined : String(next) });
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [piece, numbers, patch]);

  if (answer.isError) return <Failed error={linkError(answer.error)} onRetry={() => void answer.refetch()} size="page" />;
  if (!view) return <div className={styles.waiting} aria-busy="true"><Skeleton active paragraph={{ rows: 8 }} /></div>;
  const choose = (n: number | null) => patch({ piece: n === null ? undefined : String(n) });
  return (
    <div className={styles.page}>
      <SessionMap view={view} piece={piece} onChoose={choose} onScene={setScene} />
      {line ? (
        <ProposalBoard scene={scene} run={view.run} nominal={nominal} line={line} seats={seats} size="projector" />
      ) : (
        <PieceBoard view={view} piece={piece} onChoose={choose} onPropose={() => patch({ line: 'new' })} />
      )}
    </div>
  );
}
