import { useTranslation } from 'react-i18next';
import type { Quality } from '../../../api/types';
import { tokens } from '../../../app/tokens';
import { count } from '../../../format/number';
import styles from './Panel.module.css';

const order: Quality[] = ['fixed', 'ppp', 'float', 'dgps', 'single', 'unknown'];
const colours: Record<Quality, string> = {
  fixed: tokens.fixFixed, ppp: '#5B9E3D', float: tokens.fixFloat, dgps: '#B8860B', single: tokens.fixSingle, unknown: '#8A95A1',
};

/** The share of each fix quality, as a bar and in numbers. */
export function FixBar({ fixes }: { fixes: Record<string, number> }) {
  const { t } = useTranslation();
  const present = order.filter((q) => (fixes[q] ?? 0) > 0);
  const total = present.reduce((sum, q) => sum + fixes[q]!, 0);
  if (total === 0) return null;
  return (
    <>
      <div className={styles.fixBar} aria-hidden="true">
        {present.map((q) => <div key={q} style={{ flex: fixes[q]!, background: colours[q] }} />)}
      </div>
      <div className={styles.fixLegend}>
        {present.map((q) => (
          <span key={q}>
            <i style={{ background: colours[q] }} />
            {t(`walk.${q}`)} <span className="num">{count(fixes[q]!)} · {((100 * fixes[q]!) / total).toFixed(0)} %</span>
          </span>
        ))}
      </div>
    </>
  );
}
