import { useTranslation } from 'react-i18next';
import type { Orthophoto } from '../../../../api/types';
import { fixed } from '../../../../format/number';
import styles from './PhotoTools.module.css';

type Histogram = NonNullable<Orthophoto['histograms']>[number];

const width = 256;
const height = 44;

/** How the values of each shown band are spread, and how sharp the picture is. */
export function Histograms({ photo }: { photo: Orthophoto }) {
  const { t } = useTranslation();
  const all = photo.histograms ?? [];
  return (
    <div className={styles.form} data-testid="histograms">
      <p className={photo.sharpness && photo.sharpness.ratio < photo.sharpness.limit ? styles.doubt : undefined} data-testid="sharpness">
        {photo.sharpness
          ? t('pictureTools.sharp', { ratio: photo.sharpness.ratio.toPrecision(2), limit: photo.sharpness.limit, windows: photo.sharpness.windows })
          : t('pictureTools.sharpUnknown')}
      </p>
      {all.map((h, i) => <One key={h.band} histogram={h} colour={all.length === 3 ? ['#C0392B', '#27803B', '#2C6FB5'][i]! : '#5A6473'} />)}
    </div>
  );
}

function One({ histogram: h, colour }: { histogram: Histogram; colour: string }) {
  const { t } = useTranslation();
  const most = Math.max(1, ...h.counts);
  const step = width / h.counts.length;
  const bars = h.counts.map((n, i) => `M${i * step} ${height}v${-(n / most) * height}h${step}v${(n / most) * height}z`).join('');
  const digits = h.high - h.low > 50 ? 0 : 2;
  const said = h.min === undefined ? '–' : t('pictureTools.range', { min: fixed(h.min, digits), max: fixed(h.max!, digits), mean: fixed(h.mean!, digits), stddev: fixed(h.stddev!, digits) });
  return (
    <figure className={styles.figure}>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={`${t('pictureTools.band', { band: h.band })}: ${said}`}><path d={bars} fill={colour} /></svg>
      <figcaption>{t('pictureTools.band', { band: h.band })} · <span className="num">{said}</span></figcaption>
    </figure>
  );
}
