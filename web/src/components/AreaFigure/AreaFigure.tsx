import { useTranslation } from 'react-i18next';
import type { Contested } from '../../api/types';
import { contestedText } from '../../format/area';
import styles from './AreaFigure.module.css';

interface Props {
  area: Contested;
  size?: 'large' | 'medium';
  testID?: string;
}

/** A contested area the way the product always writes it: 亩 with its bounds, then m², ha and the method. */
export function AreaFigure({ area, size = 'large', testID }: Props) {
  const { t } = useTranslation();
  const text = contestedText(area);
  const method = t(area.nominal.method === 'plane' ? 'case.plane' : 'case.ellipsoidal');
  return (
    <div className={size === 'large' ? styles.large : styles.medium} data-testid={testID}>
      <div className={styles.main}>
        <span className={styles.value}>{text.nominal}</span> <span className={styles.unit}>{t('unit.mu')}</span>{' '}
        <span className={styles.bounds}>({text.bounds})</span>
      </div>
      <div className={styles.second}>
        {text.m2} m² · {text.ha} ha · {method}
      </div>
    </div>
  );
}
