import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Skeleton, Tooltip } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { useAudit, useAuditTiles, useOverlap } from '../../api/queries';
import { ProblemError } from '../../api/problem';
import { useTitle } from '../../app/useTitle';
import { Failed } from '../../components/Failed/Failed';
import { auditStateOf, pairText, type Pair } from '../../url/auditState';
import { usePatchQuery } from '../../url/query';
import frame from '../case/CasePage.module.css';
import { AuditMapView } from './AuditMapView';
import { AuditPanel } from './AuditPanel';
import { auditName } from './auditName';

/** One audit: its map over the whole page, and the panel with its figures and overlaps. */
export function AuditPage() {
  const { t } = useTranslation();
  const { audit: number = '' } = useParams();
  const id = /^[1-9]\d{0,8}$/.test(number) ? Number(number) : null;
  if (id === null) return <Failed error={notFound(t('problem.notFound'))} size="page" />;
  return <KnownAudit key={id} id={id} />;
}

function KnownAudit({ id }: { id: number }) {
  const { t } = useTranslation();
  const answer = useAudit(id);
  const tiles = useAuditTiles(id);
  const audit = answer.data;
  useTitle(audit ? auditName(audit, t) : t('audit.title'));
  const [params] = useSearchParams();
  const state = useMemo(() => auditStateOf(params), [params]);
  const patch = usePatchQuery();
  const detail = useOverlap(id, state.pair);
  const [near, setNear] = useState(true);
  const pick = useCallback((pair: Pair | null) => patch({ overlap: pair ? pairText(pair) : undefined }), [patch]);

  const failed = [answer, tiles].find((q) => q.isError);
  if (failed) return <Failed error={failed.error} onRetry={() => void failed.refetch()} size="page" />;
  return (
    <div className={`${frame.page} ${state.panel ? '' : frame.closed}`}>
      <AuditMapView audit={audit} tiles={tiles.data} state={state} detail={state.pair && detail.isPending ? undefined : detail.data ?? null} onPick={pick} onShapes={setNear} hint={near ? undefined : t('audit.zoomHint')} />
      <Tooltip title={t(state.panel ? 'case.hidePanel' : 'case.showPanel')} placement="left">
        <button
          type="button"
          className={frame.handle}
          aria-expanded={state.panel}
          aria-label={t(state.panel ? 'case.hidePanel' : 'case.showPanel')}
          onClick={() => patch({ panel: state.panel ? '0' : undefined }, { replace: true })}
        >
          {state.panel ? <RightOutlined /> : <LeftOutlined />}
        </button>
      </Tooltip>
      <aside className={frame.panel} aria-label={t('audit.title')} inert={!state.panel}>
        {audit ? (
          <AuditPanel audit={audit} state={state} detail={detail} onPick={pick} />
        ) : (
          <div className={frame.waiting} aria-busy="true"><Skeleton active paragraph={{ rows: 3 }} /><Skeleton active paragraph={{ rows: 8 }} /></div>
        )}
      </aside>
    </div>
  );
}

/** An address that no audit has reads like one that is not there. */
function notFound(title: string): ProblemError {
  return new ProblemError({ type: 'about:blank', title, status: 404, code: 'not_found' });
}
