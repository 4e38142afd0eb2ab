import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Orthophoto } from '../../../api/types';
import type { MapState } from '../../../url/mapState';
import { usePatchQuery } from '../../../url/query';
import { photoLabel } from './LayerList';
import styles from './Toolbar.module.css';

/** What stands on the right of the swipe line: another picture, or none. */
export function ComparePicker({ state, photos }: { state: MapState; photos: Orthophoto[] }) {
  const { t } = useTranslation();
  const patch = usePatchQuery();
  return (
    <div className={styles.compare}>
      <span className={styles.hint}>{t('map.compareWith')}</span>
      <Select
        value={state.right ?? 'none'}
        aria-label={t('map.compareWith')}
        onChange={(id) => patch({ right: id === 'none' ? undefined : id })}
        options={[{ value: 'none', label: t('map.noOrtho') }, ...photos.map((p) => ({ value: p.id, label: photoLabel(p) }))]}
      />
      <Button onClick={() => patch({ swipe: undefined, right: undefined })}>{t('map.done')}</Button>
    </div>
  );
}
