import { ColumnWidthOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { usePatchQuery } from '../../../url/query';
import styles from './CaseMap.module.css';

const step = 0.02;

/** The line between two compared pictures; dragged, or moved with the arrow keys. */
export function SwipeHandle({ swipe }: { swipe: number }) {
  const { t } = useTranslation();
  const patch = usePatchQuery();
  const move = (to: number) => patch({ swipe: String(Math.round(Math.min(1, Math.max(0, to)) * 100)) }, { replace: true });
  return (
    <div className={`${styles.swipe} no-print`} style={{ left: `${swipe * 100}%` }}>
      <button
        type="button"
        role="slider"
        className={styles.grip}
        aria-label={t('map.compareHandle')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(swipe * 100)}
        onPointerDown={(e) => e.currentTarget.setPointerCapture(e.pointerId)}
        onPointerMove={(e) => {
          if (!e.currentTarget.hasPointerCapture(e.pointerId)) return;
          const box = e.currentTarget.parentElement!.parentElement!.getBoundingClientRect();
          move((e.clientX - box.left) / box.width);
        }}
        onKeyDown={(e) => {
          if (e.key === 'ArrowLeft') move(swipe - step);
          if (e.key === 'ArrowRight') move(swipe + step);
        }}
      >
        <ColumnWidthOutlined />
      </button>
    </div>
  );
}
