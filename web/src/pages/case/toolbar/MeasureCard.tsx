import { CloseOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mu } from '../../../format/area';
import { lengthText } from '../../../format/length';
import { fixed } from '../../../format/number';
import type { Measured, MeasureKind } from '../../../map/measure';
import type { Scene } from '../../../map/scene';
import styles from './Toolbar.module.css';

interface Props {
  scene: Scene | null;
  kind: MeasureKind;
  onClose: () => void;
}

/** The measuring tool while it is out: what was drawn, on the ellipsoid. */
export function MeasureCard({ scene, kind, onClose }: Props) {
  const { t } = useTranslation();
  const [measured, setMeasured] = useState<Measured | null>(null);

  useEffect(() => {
    const measurer = scene?.measurer;
    measurer?.start(kind, setMeasured);
    const onKey = (e: KeyboardEvent) => {
      if (e.key !== 'Escape') return;
      measurer?.abort();
      setMeasured(null);
    };
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('keydown', onKey);
      measurer?.stop();
    };
  }, [scene, kind]);

  const area = measured?.area_m2;
  return (
    <div className={styles.card} role="status" data-testid="measure">
      <div className={styles.cardHead}>
        {t(kind === 'area' ? 'map.areaTool' : 'map.distance')}
        <Button size="small" type="text" aria-label={t('common.close')} icon={<CloseOutlined />} onClick={onClose} />
      </div>
      {measured && (
        <dl className={styles.figures}>
          <dt>{t(kind === 'area' ? 'map.perimeter' : 'map.length')}</dt>
          <dd className="num">{lengthText(measured.length_m)}</dd>
          {area !== undefined && (
            <>
              <dt>{t('map.area')}</dt>
              <dd className="num">{fixed(mu(area), 2)} {t('unit.mu')}</dd>
              <dt />
              <dd className="num" style={{ fontWeight: 400 }}>{fixed(area, 1)} m² · {fixed(area / 1e4, 3)} ha</dd>
            </>
          )}
        </dl>
      )}
      <p className={styles.hint}>{measured?.finished ? t('map.ellipsoidNote') : t('map.measureHint')}</p>
    </div>
  );
}
