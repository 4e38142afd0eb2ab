import { useTranslation } from 'react-i18next';
import { lengthText } from '../../format/length';
import { count } from '../../format/number';
import { qualityColours } from '../../map/walkStyle';
import type { Report } from './marks';
import { Row } from './Row';
import styles from './Walk.module.css';
import type { Shown } from './WalkMap';

/** The line cut where the quality of its fixes changes. */
export function Stretches({ report: r, chosen, onShow }: { report: Report; chosen: string | null; onShow: (at: Shown) => void }) {
  const { t } = useTranslation();
  const stretches = r.stretches ?? [];
  if (stretches.length === 0) return null;
  return (
    <section className={styles.part} data-testid="walk-stretches">
      <h2>{t('walkReport.stretches')} <span className={styles.count}>{r.stretch_count}</span></h2>
      <table className={styles.table}>
        <thead><tr><th>{t('walk.fixes')}</th><th className={styles.right}>{t('walkReport.fixesFromTo')}</th><th className={styles.right}>{t('walk.length')}</th><th className={styles.right}>{t('walkReport.share')}</th></tr></thead>
        <tbody>
          {stretches.map((s, i) => (
            <Row key={i} at={{ key: `stretch.${i}`, lon: s.from.lon, lat: s.from.lat }} chosen={chosen} onShow={onShow}>
              <td><i className={styles.swatch} style={{ background: qualityColours[s.quality] }} />{t(`walk.${s.quality}`)}</td>
              <td className={styles.right}>{count(s.vertex + 1)} – {count(s.last + 1)}</td>
              <td className={styles.right}>{lengthText(s.length_m)}</td>
              <td className={styles.right}>{(100 * s.share).toFixed(1)} %</td>
            </Row>
          ))}
        </tbody>
      </table>
    </section>
  );
}
