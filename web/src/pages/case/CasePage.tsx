import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Skeleton, Tooltip } from 'antd';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { useCase } from '../../api/queries';
import type { Place } from '../../api/types';
import { useTitle } from '../../app/useTitle';
import { Failed } from '../../components/Failed/Failed';
import type { Scene } from '../../map/scene';
import { mapStateOf } from '../../url/mapState';
import { usePatchQuery } from '../../url/query';
import styles from './CasePage.module.css';
import { SessionDialog } from './dialogs/SessionDialog';
import { CaseMap } from './map/CaseMap';
import { framePiece, paddingOf } from './map/framing';
import { Panel } from './panel/Panel';
import { PrintSheet } from './print/PrintSheet';
import { printMap } from './print/printMap';
import { ProposalBoard } from '../proposal/ProposalBoard';
import { SavedProposals } from '../proposal/SavedProposals';
import { UploadDrawer } from './upload/UploadDrawer';
import { useGround } from './useGround';

/** On a phone the panel lies over all of the map but for its handle. */
const panelCoversMap = () => matchMedia('(max-width: 720px)').matches;
const aside = () => (panelCoversMap() ? { panel: '0' } : {});

/** One case: its map over the whole page, and the panel that slides away. */
export function CasePage() {
  const { t } = useTranslation();
  const { number = '' } = useParams();
  const answer = useCase(number);
  const item = answer.data?.case;
  useTitle(item ? `${item.number} ${item.title}` : undefined);
  const ground = useGround(number, item);
  const [params] = useSearchParams();
  const state = useMemo(() => mapStateOf(params), [params]);
  const patch = usePatchQuery();
  const [hovered, setHovered] = useState<number | null>(null);
  const [sessionOpen, setSessionOpen] = useState(false);
  const scene = useRef<Scene | null>(null);
  const [drawn, setDrawn] = useState<Scene | null>(null);
  const selectPiece = useCallback((n: number | null) => patch({ piece: n === null ? undefined : String(n) }), [patch]);
  // Who chooses a place in the panel wants to see it: where the panel lies over the whole map, it goes aside.
  const pickPiece = useCallback(
    (n: number) => {
      patch({ piece: String(n), ...aside() });
      if (scene.current) framePiece(scene.current, n, !panelCoversMap());
    },
    [patch],
  );
  const pickFault = useCallback(
    (key: string, at: Place) => {
      patch({ fault: key, ...aside() });
      scene.current?.fitPlace(at.lon, at.lat, paddingOf(!panelCoversMap()));
    },
    [patch],
  );
  const look = useCallback(
    (bbox: readonly number[]) => {
      if (panelCoversMap()) patch(aside());
      scene.current?.fitLonLat(bbox, paddingOf(!panelCoversMap()), true);
    },
    [patch],
  );
  const print = useCallback(() => scene.current && printMap(scene.current), []);

  if (answer.isError) return <Failed error={answer.error} onRetry={() => void answer.refetch()} size="page" />;

  return (
    <div className={`${styles.page} ${state.panel ? '' : styles.closed}`}>
      <CaseMap
        item={item}
        ground={ground}
        state={state}
        hovered={hovered}
        onHover={setHovered}
        onSelect={selectPiece}
        onPrint={print}
        onSession={() => setSessionOpen(true)}
        sceneRef={scene}
        onScene={setDrawn}
      />
      <Tooltip title={t(state.panel ? 'case.hidePanel' : 'case.showPanel')} placement="left">
        <button
          type="button"
          className={`${styles.handle} no-print`}
          aria-expanded={state.panel}
          aria-label={t(state.panel ? 'case.hidePanel' : 'case.showPanel')}
          onClick={() => patch({ panel: state.panel ? '0' : undefined }, { replace: true })}
        >
          {state.panel ? <RightOutlined /> : <LeftOutlined />}
        </button>
      </Tooltip>
      <aside className={`${styles.panel} no-print`} aria-label={t('case.panel')} inert={!state.panel}>
        {item && state.line ? (
          <ProposalBoard scene={drawn} run={ground.run.data} nominal={ground.nominal.data} line={state.line} seats={state.seats} size="desk">
            <SavedProposals number={number} run={ground.run.data} line={state.line} seats={state.seats} opened={state.proposal} />
          </ProposalBoard>
        ) : item ? (
          <Panel
            item={item}
            etag={answer.data!.etag}
            ground={ground}
            state={state}
            hovered={hovered}
            onHover={setHovered}
            onPick={pickPiece}
            onFault={pickFault}
            onLook={look}
            onUpload={() => patch({ upload: '1' })}
            onSession={() => setSessionOpen(true)}
          />
        ) : (
          <div className={styles.waiting} aria-busy="true"><Skeleton active paragraph={{ rows: 3 }} /><Skeleton active paragraph={{ rows: 8 }} /></div>
        )}
      </aside>
      {item && <PrintSheet item={item} ground={ground} />}
      {item && <UploadDrawer item={item} ground={ground} open={params.get('upload') === '1'} onClose={() => patch({ upload: undefined }, { replace: true })} />}
      {item && <SessionDialog item={item} state={state} ground={ground} open={sessionOpen} onClose={() => setSessionOpen(false)} />}
    </div>
  );
}
