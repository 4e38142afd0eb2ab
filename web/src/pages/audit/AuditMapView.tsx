import { MinusOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Audit, OverlapDetail, TileJSON } from '../../api/types';
import { NorthArrow } from '../../components/MapFurniture/NorthArrow';
import { Readout, type ReadoutHandle } from '../../components/MapFurniture/Readout';
import { AuditMap } from '../../map/auditMap';
import type { AuditState, Pair } from '../../url/auditState';
import { positionText } from '../../url/mapState';
import { usePatchQuery } from '../../url/query';
import furniture from '../case/map/CaseMap.module.css';
import { paddingOf } from '../case/map/framing';
import styles from './AuditPage.module.css';
import { useAuditFraming } from './useAuditFraming';

interface Props {
  audit: Audit | undefined;
  tiles: TileJSON | undefined;
  state: AuditState;
  detail: OverlapDetail | null | undefined; // undefined while it is on its way, null for none
  onPick: (pair: Pair | null) => void;
  onShapes: (shown: boolean) => void;
  hint: string | undefined;
}

/** The map of an audit with its furniture. */
export function AuditMapView({ audit, tiles, state, detail, onPick, onShapes, hint }: Props) {
  const { t } = useTranslation();
  const target = useRef<HTMLDivElement>(null);
  const scaleBar = useRef<HTMLDivElement>(null);
  const readout = useRef<ReadoutHandle>(null);
  const [map, setMap] = useState<AuditMap | null>(null);
  const patch = usePatchQuery();
  const latest = useRef({ onPick, onShapes });
  latest.current = { onPick, onShapes };

  useEffect(() => {
    const made = new AuditMap(target.current!, scaleBar.current!, {
      onMove: (position) => made.framed && patch({ map: positionText(position) }, { replace: true }),
      onPointer: (lonLat) => readout.current?.show(lonLat, lonLat && made.plane ? made.plane.toPlane(lonLat) : null),
      onPick: (pair) => latest.current.onPick(pair),
      onShapes: (shown) => latest.current.onShapes(shown),
    });
    setMap(made);
    return () => made.dispose();
  }, [patch]);

  useEffect(() => map?.setCRS(audit?.crs), [map, audit?.crs]);
  const version = audit && (audit.sha256 ?? `${audit.done}-${audit.blocks}`);
  useEffect(() => {
    if (tiles && version) map?.setTiles(tiles);
  }, [map, tiles, version]);
  useAuditFraming(map, tiles, state, detail);

  return (
    <>
      <div ref={target} className={furniture.map} tabIndex={0} role="application" aria-label={t('audit.mapLabel')} data-testid="audit-map" />
      <div className={styles.tools}>
        <Tooltip title={t('map.zoomIn')} placement="right"><Button icon={<PlusOutlined />} aria-label={t('map.zoomIn')} onClick={() => map?.zoomBy(1)} /></Tooltip>
        <Tooltip title={t('map.zoomOut')} placement="right"><Button icon={<MinusOutlined />} aria-label={t('map.zoomOut')} onClick={() => map?.zoomBy(-1)} /></Tooltip>
      </div>
      <div className={furniture.north} style={{ right: paddingOf(state.panel)[1] - 24 }}>
        <NorthArrow />
      </div>
      <div className={furniture.foot}>
        <div ref={scaleBar} className={furniture.scale} />
        <Readout ref={readout} crs={audit?.crs} />
        {hint && <div className={styles.hint}>{hint}</div>}
      </div>
    </>
  );
}
