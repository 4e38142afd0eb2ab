import { useTranslation } from 'react-i18next';
import { fixed } from '../../format/number';
import { type Point, pointMark } from './marks';
import { Row } from './Row';
import styles from './Walk.module.css';
import type { Shown } from './WalkMap';

interface Props {
  points: readonly Point[];
  chosen: string | null;
  onShow: (at: Shown) => void;
}

/** Where somebody stood and pointed, X north first as survey offices write it. */
export function Points({ points, chosen, onShow }: Props) {
  const { t } = useTranslation();
  return (
    <section className={styles.part} data-testid="walk-points">
      <h2>{t('walkReport.points')} <span className={styles.count}>{points.length || ''}</span></h2>
      <p className={styles.faint}>{t(points.length > 0 ? 'walkReport.pointsHint' : 'walkReport.noPoints')}</p>
      {points.length > 0 && (
        <div className={styles.wide}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th className={styles.right}>{t('case.pieceNo')}</th><th>X {t('walkReport.northing')} · Y {t('walkReport.easting')}</th><th className={styles.right}>{t('walkReport.epochs')}</th>
                <th className={styles.right}>{t('walkReport.spread')}</th><th className={styles.right}>{t('walkReport.again')}</th><th>{t('walk.accuracyClass')}</th>
              </tr>
            </thead>
            <tbody>
              {points.map((p) => (
                <Row key={p.n} at={pointMark(p)} chosen={chosen} onShow={onShow}>
                  <td className={styles.right}>{p.n}{p.name && <span className={styles.faint}> {p.name}</span>}</td>
                  <td className="num">{fixed(p.at.y, 3)}<br />{fixed(p.at.x, 3)}</td>
                  <td className={styles.right}>{p.epochs}{p.left_out ? <span className={styles.faint}> −{p.left_out}</span> : null}</td>
                  <td className={styles.right}>{p.spread_m > 0 ? `${fixed(p.spread_m * 100, 1)} cm` : '—'}</td>
                  <td className={styles.right}>{p.occupations > 1 ? `${fixed((p.difference_m ?? 0) * 100, 1)} cm` : '—'}</td>
                  <td>{t(`walk.class_${p.class}`)}{p.missed.length > 0 && <span className={styles.faint}> {p.missed.map((m) => t(`missed.${m}`)).join('、')}</span>}</td>
                </Row>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
