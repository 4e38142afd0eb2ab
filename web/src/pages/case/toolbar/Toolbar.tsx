import {
  AimOutlined, BorderOuterOutlined, ColumnWidthOutlined, DesktopOutlined, DividingLine, LineOutlined, MinusOutlined, PlusOutlined, PrinterOutlined, StackedLayers,
} from './icons';
import { Popover, Tooltip } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Orthophoto } from '../../../api/types';
import type { MeasureKind } from '../../../map/measure';
import type { Scene } from '../../../map/scene';
import type { MapState } from '../../../url/mapState';
import { usePatchQuery } from '../../../url/query';
import { ComparePicker } from './ComparePicker';
import { LayerList } from './LayerList';
import { MeasureCard } from './MeasureCard';
import styles from './Toolbar.module.css';

interface Props {
  scene: Scene | null;
  state: MapState;
  photos: Orthophoto[];
  k: number;
  onFit: () => void;
  onPrint: () => void;
  onSession: (() => void) | undefined;
}

/** The tools that float on the map. */
export function Toolbar({ scene, state, photos, k, onFit, onPrint, onSession }: Props) {
  const { t } = useTranslation();
  const patch = usePatchQuery();
  const [measuring, setMeasuring] = useState<MeasureKind | null>(null);
  const comparing = state.swipe !== null;
  const measure = (kind: MeasureKind) => setMeasuring(measuring === kind ? null : kind);
  return (
    <div className={`${styles.toolbar} no-print`} role="toolbar" aria-label={t('map.label')}>
      <div className={styles.group}>
        <Popover trigger="click" placement="rightTop" title={t('map.layers')} content={<LayerList state={state} photos={photos} k={k} />}>
          <Tool label={t('map.layers')} icon={<StackedLayers />} testID="tool-layers" />
        </Popover>
      </div>
      <div className={styles.group}>
        <Tool label={t('map.distance')} icon={<LineOutlined rotate={-45} />} active={measuring === 'distance'} onClick={() => measure('distance')} testID="tool-distance" />
        <Tool label={t('map.areaTool')} icon={<BorderOuterOutlined />} active={measuring === 'area'} onClick={() => measure('area')} testID="tool-area" />
        <Popover trigger="click" placement="rightTop" content={<ComparePicker state={state} photos={photos} />} open={comparing ? undefined : false}>
          <Tool
            label={t('map.compare')}
            icon={<ColumnWidthOutlined />}
            active={comparing}
            onClick={() => !comparing && patch({ swipe: '45', right: photos[1]?.id })}
            testID="tool-compare"
          />
        </Popover>
        {onSession && (
          <Tool
            label={t('proposal.open')}
            icon={<DividingLine />}
            active={state.line !== null}
            onClick={() => patch(state.line ? { line: undefined, seats: undefined, proposal: undefined } : { line: 'new', panel: undefined })}
            testID="tool-proposal"
          />
        )}
        <Tool label={t('map.print')} icon={<PrinterOutlined />} onClick={onPrint} testID="tool-print" />
        {onSession && <Tool label={t('map.session')} icon={<DesktopOutlined />} onClick={onSession} testID="tool-session" />}
      </div>
      <div className={styles.group}>
        <Tool label={t('map.zoomIn')} icon={<PlusOutlined />} onClick={() => scene?.zoomBy(1)} />
        <Tool label={t('map.zoomOut')} icon={<MinusOutlined />} onClick={() => scene?.zoomBy(-1)} />
        <Tool label={t('map.fit')} icon={<AimOutlined />} onClick={onFit} testID="tool-fit" />
      </div>
      {measuring && <MeasureCard key={measuring} scene={scene} kind={measuring} onClose={() => setMeasuring(null)} />}
    </div>
  );
}

interface ToolProps {
  label: string;
  icon: ReactNode;
  active?: boolean;
  onClick?: () => void;
  testID?: string;
}

function Tool({ label, icon, active, onClick, testID, ...rest }: ToolProps) {
  return (
    <Tooltip title={label} placement="right" mouseEnterDelay={0.4}>
      <button {...rest} type="button" className={`${styles.tool} ${active ? styles.on : ''}`} aria-label={label} aria-pressed={active} onClick={onClick} data-testid={testID}>
        {icon}
      </button>
    </Tooltip>
  );
}
