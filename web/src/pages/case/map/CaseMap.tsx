import { App } from 'antd';
import { useEffect, useRef, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { Case, Orthophoto } from '../../../api/types';
import { NorthArrow } from '../../../components/MapFurniture/NorthArrow';
import { PhotoNote } from '../../../components/PhotoNote/PhotoNote';
import { Readout, type ReadoutHandle } from '../../../components/MapFurniture/Readout';
import type { Scene } from '../../../map/scene';
import type { MapState } from '../../../url/mapState';
import { servePrinting } from '../print/printMap';
import { Toolbar } from '../toolbar/Toolbar';
import type { Ground } from '../useGround';
import styles from './CaseMap.module.css';
import { paddingOf } from './framing';
import { SwipeHandle } from './SwipeHandle';
import { useFraming } from './useFraming';
import { useScene } from './useScene';
import { useSceneContent } from './useSceneContent';

interface Props {
  item: Case | undefined;
  ground: Ground;
  state: MapState;
  hovered: number | null;
  onHover: (piece: number | null) => void;
  onSelect: (piece: number | null) => void;
  onPrint: () => void;
  onSession: () => void;
  sceneRef: RefObject<Scene | null>;
  onScene: (scene: Scene | null) => void;
}

/** The picture under the map, if its layer is on. */
function shownPhoto(ground: Ground, state: MapState): Orthophoto | undefined {
  if (!state.layers.has('orthophoto')) return undefined;
  const photos = ground.orthophotos.data;
  return photos?.find((p) => p.id === state.photo) ?? photos?.[0];
}

/** The map of a case with its furniture and tools. */
export function CaseMap({ item, ground, state, hovered, onHover, onSelect, onPrint, onSession, sceneRef, onScene }: Props) {
  const { t } = useTranslation();
  const target = useRef<HTMLDivElement>(null);
  const scaleBar = useRef<HTMLDivElement>(null);
  const readout = useRef<ReadoutHandle>(null);
  const { message } = App.useApp();
  const onTilesFailed = () => void message.warning({ key: 'tiles', content: t('map.tilesFailed') });
  const scene = useScene(target, scaleBar, readout, { onHover, onSelect, onTilesFailed });
  useEffect(() => {
    sceneRef.current = scene;
    onScene(scene);
    return scene ? servePrinting(scene) : undefined;
  }, [scene, sceneRef, onScene]);
  useSceneContent(scene, item, ground, state, hovered);
  const fitAll = useFraming(scene, item, ground, state);

  return (
    <>
      <div ref={target} className={styles.map} tabIndex={0} role="application" aria-label={t('map.label')} data-testid="map" />
      {state.swipe !== null && <SwipeHandle swipe={state.swipe} />}
      <Toolbar
        scene={scene}
        state={state}
        photos={ground.orthophotos.data ?? []}
        k={ground.run.data?.k ?? 2}
        onFit={() => fitAll()}
        onPrint={onPrint}
        onSession={ground.run.data ? onSession : undefined}
      />
      <div className={`${styles.north} no-print`} style={{ right: paddingOf(state.panel)[1] - 24 }}>
        <NorthArrow />
      </div>
      <div className={styles.foot}>
        <div ref={scaleBar} className={styles.scale} />
        <Readout ref={readout} crs={item?.crs} />
        <PhotoNote photo={shownPhoto(ground, state)} />
      </div>
    </>
  );
}
