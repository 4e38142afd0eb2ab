import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './Walk.module.css';
import type { Shown } from './WalkMap';

interface Props {
  at: Shown;
  chosen: string | null;
  onShow: (at: Shown) => void;
  children: ReactNode;
}

/** A row that leads to its place on the map, by click or by Enter. */
export function Row({ at, chosen, onShow, children }: Props) {
  const { t } = useTranslation();
  const isChosen = at.key === chosen;
  return (
    <tr
      id={`row-${at.key}`}
      className={isChosen ? `${styles.row} ${styles.chosen}` : styles.row}
      tabIndex={0}
      aria-current={isChosen || undefined}
      title={t('walk.showOnMap')}
      onClick={() => onShow(at)}
      onKeyDown={(e) => {
        if (e.key !== 'Enter' && e.key !== ' ') return;
        e.preventDefault();
        onShow(at);
      }}
      data-testid={`row-${at.key}`}
    >
      {children}
    </tr>
  );
}
