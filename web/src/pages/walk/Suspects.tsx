import { useTranslation } from 'react-i18next';
import { Empty } from '../../components/Empty/Empty';
import { When } from '../../components/When/When';
import { count } from '../../format/number';
import type { Report, Suspect } from './marks';
import { Row } from './Row';
import styles from './Walk.module.css';
import type { Shown } from './WalkMap';

interface Props {
  suspects: readonly Suspect[];
  report: Report;
  chosen: string | null;
  onShow: (at: Shown) => void;
}

/** Everything suspected, each with its place. */
export function Suspects({ suspects, report: r, chosen, onShow }: Props) {
  const { t } = useTranslation();
  const all = (r.fault_count ?? r.faults.length) + (r.gap_count ?? 0) + (r.jump_count ?? 0) + (r.slip_count ?? 0);
  return (
    <section className={styles.part} data-testid="walk-suspects">
      <h2>{t('walkReport.suspects')} <span className={styles.count}>{all || ''}</span></h2>
      {suspects.length === 0 ? <Empty size="section" title={t('walkReport.nothing')} hint={t('walkReport.nothingHint')} /> : (
        <table className={styles.table}>
          <thead><tr><th>{t('walkReport.kind')}</th><th>{t('walkReport.what')}</th><th className={styles.right}>{t('walkReport.fix')}</th><th>{t('walkReport.when')}</th></tr></thead>
          <tbody>
            {suspects.map((s) => (
              <Row key={s.key} at={s} chosen={chosen} onShow={onShow}>
                <td className={styles.kind}>{s.what}</td>
                <td>{s.text}</td>
                <td className={styles.right}>{s.vertex === null ? '' : count(s.vertex + 1)}{s.line !== null && <span className={styles.faint}> {t('walkReport.line', { n: s.line })}</span>}</td>
                <td>{s.time && <When at={s.time} />}</td>
              </Row>
            ))}
          </tbody>
        </table>
      )}
      {all > suspects.length && <p className={styles.faint}>{t('walkReport.moreInJSON', { n: all - suspects.length })}</p>}
      {(r.dropped ?? 0) > 0 && <p className={styles.faint}>{r.consent ? t('walkReport.droppedBy', { n: r.dropped, name: r.consent }) : t('walkReport.dropped', { n: r.dropped })}</p>}
    </section>
  );
}
