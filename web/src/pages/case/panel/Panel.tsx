import { DesktopOutlined, UploadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Case, Place } from '../../../api/types';
import type { MapState } from '../../../url/mapState';
import { useDesk } from '../../../upload/useDesk';
import type { Ground } from '../useGround';
import { Claims } from './Claims';
import { Contested } from './Contested';
import { EvidenceChain } from './EvidenceChain';
import { Flights } from './Flights';
import { Head } from './Head';
import { Orthophotos } from './Orthophotos';
import styles from './Panel.module.css';
import { Registered } from './Registered';
import { Walks } from './Walks';

export interface PanelProps {
  item: Case;
  etag: string;
  ground: Ground;
  state: MapState;
  hovered: number | null;
  onHover: (piece: number | null) => void;
  onPick: (piece: number) => void;
  onFault: (key: string, at: Place) => void;
  onLook: (bbox: readonly number[]) => void;
  onUpload: () => void;
  onSession: () => void;
}

/** The panel of a case, most important first. */
export function Panel(props: PanelProps) {
  const { t } = useTranslation();
  const { item, etag, ground, state, onFault, onLook, onUpload, onSession } = props;
  const hasRun = Boolean(ground.run.data);
  const going = useDesk(item.number).items.filter((i) => i.phase !== 'ready' && i.phase !== 'asked').length;
  return (
    <>
      <Head item={item} etag={etag} />
      <div className={styles.actions}>
        <Button type={hasRun ? 'primary' : 'default'} icon={<DesktopOutlined />} disabled={!hasRun} onClick={onSession} data-testid="open-session">
          {t('case.openSession')}
        </Button>
        <Button type={hasRun ? 'default' : 'primary'} icon={<UploadOutlined />} onClick={onUpload} data-testid="open-upload">
          {t('case.upload')}{going > 0 && ` (${going})`}
        </Button>
      </div>
      <Contested {...props} />
      <Claims number={item.number} claims={ground.claims} open={item.moves.length > 0} />
      <Registered claims={ground.claims} />
      <Walks walks={ground.walks} chosen={state.fault} onFault={onFault} />
      <Orthophotos photos={ground.orthophotos} shown={state.photo} contours={state.contours} run={ground.run.data?.id} />
      <Flights number={item.number} flights={ground.flights} shown={state.flight} onLook={onLook} />
      <EvidenceChain number={item.number} ground={ground} />
    </>
  );
}
