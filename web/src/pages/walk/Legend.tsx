import { useTranslation } from 'react-i18next';
import type { Quality } from '../../api/types';
import type { WalkFix, WalkMark } from '../../map/walkLayers';
import { dashOf, qualityColours } from '../../map/walkStyle';
import styles from './Walk.module.css';

const order: Quality[] = ['fixed', 'ppp', 'float', 'dgps', 'single', 'unknown'];

/** The signs that are on this map, and no others. */
export function Legend({ fixes, marks }: { fixes: readonly WalkFix[]; marks: readonly WalkMark[] }) {
  const { t } = useTranslation();
  const has = (kind: WalkMark['kind']) => marks.some((m) => m.kind === kind);
  return (
    <div className={styles.legend} aria-label={t('map.legend')}>
      {order.filter((q) => fixes.some((f) => f.used && f.quality === q)).map((q) => (
        <span key={q}>
          <svg width="26" height="8" aria-hidden="true"><line x1="0" y1="4" x2="26" y2="4" stroke={qualityColours[q]} strokeWidth="3.4" strokeDasharray={dashOf(q)?.join(' ')} /></svg>
          {t(`walk.${q}`)}
        </span>
      ))}
      {has('point') && <span><svg width="14" height="14" aria-hidden="true"><circle cx="7" cy="7" r="5.6" fill="#fff" stroke="#1B2430" strokeWidth="1.4" /></svg>{t('walkReport.point')}</span>}
      {has('fault') && <span><svg width="14" height="14" aria-hidden="true"><path d="M7 1 13 12H1z" fill="#FFC53D" stroke="#5C3A00" strokeWidth="1.2" /></svg>{t('walkReport.fault')}</span>}
      {has('gap') && <span><svg width="14" height="14" aria-hidden="true"><path d="M7 1 13 7 7 13 1 7z" fill="#fff" stroke="#1B2430" strokeWidth="1.6" /></svg>{t('walkReport.gap')}</span>}
      {has('jump') && <span><svg width="14" height="14" aria-hidden="true"><circle cx="7" cy="7" r="5" fill="#fff" stroke="#D0021B" strokeWidth="2" /></svg>{t('walkReport.jump')}</span>}
      {has('slip') && <span><svg width="14" height="14" aria-hidden="true"><rect x="2" y="2" width="10" height="10" fill="#fff" stroke="#D0021B" strokeWidth="2" /></svg>{t('walkReport.slip')}</span>}
      <span><svg width="26" height="8" aria-hidden="true"><line x1="0" y1="4" x2="26" y2="4" stroke="#1B2430" strokeWidth="1.2" strokeDasharray="7 5" /></svg>{t('walkReport.closing')}</span>
      <span>{t('walkReport.band')}</span>
    </div>
  );
}
