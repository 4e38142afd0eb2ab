import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Orthophoto } from '../../../../api/types';
import { OfflinePackage } from '../../../../components/OfflinePackage/OfflinePackage';
import { fixed } from '../../../../format/number';
import { usePatchQuery } from '../../../../url/query';
import { CheckForm } from './CheckForm';
import { Histograms } from './Histograms';
import styles from './PhotoTools.module.css';
import { ShiftForm } from './ShiftForm';
import { Slopes } from './Slopes';

type Tool = 'check' | 'shift' | 'histogram' | 'slopes' | 'package';

interface Props {
  photo: Orthophoto;
  contoured: boolean; // its contours are on the map
  run: string | undefined;
}

const warnings: Record<string, 'blurred' | 'mostlyEmpty' | 'flatPicture'> = { blurred: 'blurred', mostly_empty: 'mostlyEmpty', flat: 'flatPicture' };

/** What can be found out about a picture, and done with it; one thing at a time. */
export function PhotoTools({ photo, contoured, run }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Tool | null>(null);
  const heights = photo.kind !== 'picture';
  const tools: Tool[] = heights ? ['check', 'shift', 'slopes', 'histogram', 'package'] : ['check', 'shift', 'histogram', 'package'];
  const body: Record<Tool, () => ReactNode> = {
    check: () => <CheckForm photo={photo} />,
    shift: () => <ShiftForm key={photo.tiles_version} photo={photo} />,
    slopes: () => <Slopes photo={photo} run={run} />,
    histogram: () => <Histograms photo={photo} />,
    package: () => <OfflinePackage of={{ orthophoto: photo.id }} version={`${photo.tiles_version} ${photo.check?.id ?? ''}`} />,
  };
  const warned = photo.notes.map((n) => warnings[n.code]).filter((w) => w !== undefined);
  return (
    <div className={styles.tools}>
      {warned.length > 0 && <p className={styles.doubt} data-testid="photo-warning">{warned.map((w) => t(`pictureTools.${w}`)).join(' · ')}</p>}
      {photo.contours && <Contours photo={photo} contours={photo.contours} shown={contoured} />}
      <div className={styles.row} role="group" aria-label={t('pictureTools.tools')}>
        {tools.map((tool) => (
          <Button key={tool} size="small" type={open === tool ? 'primary' : 'default'} ghost={open === tool} aria-expanded={open === tool} onClick={() => setOpen(open === tool ? null : tool)} data-testid={`tool-${tool}`}>
            {tool === 'package' ? t('offlinePackage.title') : t(`pictureTools.${tool}`)}
          </Button>
        ))}
      </div>
      {open && body[open]()}
    </div>
  );
}

function Contours({ photo, contours: c, shown }: { photo: Orthophoto; contours: NonNullable<Orthophoto['contours']>; shown: boolean }) {
  const { t } = useTranslation();
  const patch = usePatchQuery();
  if (c.lines === 0) return <p className={styles.hint}>{t('pictureTools.contours')}: {t('pictureTools.contoursNone', { interval: c.interval_m })}</p>;
  return (
    <p className={styles.hint} data-testid="contours">
      {t('pictureTools.contours')} <span className="num">{fixed(c.low_m!, 1)} – {fixed(c.high_m!, 1)} m</span> · {t('pictureTools.contoursFacts', { interval: c.interval_m, cell: fixed(c.cell_m, 2), tolerance: fixed(c.tolerance_m, 2), leftOut: c.left_out })}{' '}
      <Button size="small" type="link" onClick={() => patch({ contours: shown ? undefined : photo.id })} data-testid="show-contours">{t(shown ? 'pictureTools.hideContours' : 'pictureTools.showContours')}</Button>
    </p>
  );
}
