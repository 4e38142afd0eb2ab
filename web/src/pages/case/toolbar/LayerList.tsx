import { Select, Slider, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Layer, Orthophoto } from '../../../api/types';
import { allLayers, layersText, type MapState } from '../../../url/mapState';
import { usePatchQuery } from '../../../url/query';
import { FixSigns, Swatch } from './Swatch';
import styles from './Toolbar.module.css';

interface Props {
  state: MapState;
  photos: Orthophoto[];
  k: number;
}

/** The layers, from the top down, each with its sign; so the list is the legend too. */
export function LayerList({ state, photos, k }: Props) {
  const { t } = useTranslation();
  const patch = usePatchQuery();
  const turn = (layer: Layer, on: boolean) => {
    const layers = new Set(state.layers);
    if (on) layers.add(layer);
    else layers.delete(layer);
    patch({ layers: layersText(layers) }, { replace: true });
  };
  return (
    <div className={styles.layers} data-testid="layer-list">
      {[...allLayers].reverse().map((layer) => (
        <div key={layer}>
          <label className={styles.layer}>
            <Swatch layer={layer} />
            <span>{t(`map.${layer}`, { k })}</span>
            <Switch size="small" checked={state.layers.has(layer)} onChange={(on) => turn(layer, on)} data-testid={`layer-${layer}`} />
          </label>
          {layer === 'walks' && <div className={styles.sub}><FixSigns /></div>}
          {layer === 'orthophoto' && (
            <div className={styles.sub}>
              <Slider
                min={0}
                max={100}
                step={5}
                value={Math.round(state.opacity * 100)}
                onChange={(v) => patch({ opacity: v === 100 ? undefined : String(v) }, { replace: true })}
                tooltip={{ formatter: (v) => `${v} %` }}
                ariaLabelForHandle={t('map.opacity')}
              />
              {photos.length > 1 && (
                <Select
                  size="small"
                  style={{ width: '100%' }}
                  aria-label={t('map.whichOrtho')}
                  value={state.photo ?? photos[0]!.id}
                  onChange={(id) => patch({ photo: id })}
                  options={photos.map((p) => ({ value: p.id, label: photoLabel(p) }))}
                />
              )}
            </div>
          )}
        </div>
      ))}
    </div>
  );
}

/** A picture by its day, or its file's name. */
export function photoLabel(photo: Orthophoto): string {
  return photo.captured_from ? `${photo.captured_from.slice(0, 10)} · ${photo.filename}` : photo.filename;
}
