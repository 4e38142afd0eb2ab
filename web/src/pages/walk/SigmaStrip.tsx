import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { lengthText, sigmaText } from '../../format/length';
import type { WalkFix } from '../../map/walkLayers';
import { qualityColours } from '../../map/walkStyle';
import { spansOf } from './chainage';
import styles from './Walk.module.css';
import type { Shown } from './WalkMap';

const [width, height] = [1000, 46];
const [least, most] = [0.005, 10]; // metres; the scale is logarithmic, since walks differ a thousandfold

const tall = (sigma: number) => Math.max(2, (height * Math.log(Math.min(most, Math.max(least, sigma)) / least)) / Math.log(most / least));

/** How far the line may be off along its way, start to end. A part leads to its place on the map. */
export function SigmaStrip({ fixes, onShow }: { fixes: readonly WalkFix[]; onShow: (at: Shown) => void }) {
  const { t } = useTranslation();
  const spans = useMemo(() => spansOf(fixes), [fixes]);
  const total = spans[spans.length - 1]?.to ?? 0;
  if (total === 0) return null;
  const x = (metres: number) => (width * metres) / total;
  const worst = spans.reduce((a, b) => (b.sigma > a.sigma ? b : a));
  return (
    <figure className={styles.strip}>
      <figcaption>
        <span>{t('walkReport.alongLine')}</span>
        <button type="button" onClick={() => onShow({ key: 'worst', ...worst.at })} data-testid="walk-worst">
          {t('walkReport.worst', { sigma: sigmaText(worst.sigma), from: lengthText(worst.from) })}
        </button>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={t('walkReport.alongLine')}>
        {[0.02, 0.1, 1].map((s) => <line key={s} x1="0" x2={width} y1={height - tall(s)} y2={height - tall(s)} className={styles.rule} />)}
        {spans.map((s) => (
          <rect key={s.from} x={x(s.from)} y={height - tall(s.sigma)} width={Math.max(1, x(s.to) - x(s.from))} height={tall(s.sigma)} fill={qualityColours[s.quality]} onClick={() => onShow({ key: 'worst', ...s.at })}>
            <title>{`${lengthText(s.from)} – ${lengthText(s.to)} · ${t(`walk.${s.quality}`)} · ${sigmaText(s.sigma)}`}</title>
          </rect>
        ))}
      </svg>
      <div className={styles.stripFoot}><span>0 m</span><span>{t('walkReport.rules')}</span><span>{lengthText(total)}</span></div>
    </figure>
  );
}
