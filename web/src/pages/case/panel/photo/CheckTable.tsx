import { useTranslation } from 'react-i18next';
import type { Orthophoto } from '../../../../api/types';
import { Hash } from '../../../../components/Hash/Hash';
import { When } from '../../../../components/When/When';
import { fixed } from '../../../../format/number';
import styles from './PhotoTools.module.css';

const off = (metres: number | undefined) => (metres === undefined ? '–' : (metres < 0 ? '−' : '+') + fixed(Math.abs(metres), 3));

/** A check: every point with its residuals, RMSE on each axis, the limit and the verdict. */
export function CheckTable({ photo, check: c }: { photo: Orthophoto; check: NonNullable<Orthophoto['check']> }) {
  const { t } = useTranslation();
  const heights = c.rmse_up_m !== undefined;
  const coarse = photo.gsd_m > c.gsd_limit_m * 1.001;
  return (
    <div data-testid="check-table">
      <p className={styles.hint}>{t('pictureTools.latest')} · <When at={c.checked_at} /> · {t('pictureTools.checkedBy', { by: c.checked_by, filename: c.filename })} {c.sha256 && <Hash value={c.sha256} />}</p>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead><tr><th>{t('pictureTools.point')}</th><th>{t('pictureTools.dx')}</th><th>{t('pictureTools.dy')}</th>{heights && <th>{t('pictureTools.dz')}</th>}</tr></thead>
          <tbody>
            {(c.residuals ?? []).map((r, i) => <tr key={i}><td>{r.id}</td><td>{off(r.east_m)}</td><td>{off(r.north_m)}</td>{heights && <td>{off(r.up_m)}</td>}</tr>)}
          </tbody>
          <tfoot>
            <tr data-testid="check-rmse"><th>{t('pictureTools.rmse')} (m)</th><td>{fixed(c.rmse_east_m, 3)}</td><td>{fixed(c.rmse_north_m, 3)}</td>{heights && <td>{fixed(c.rmse_up_m!, 3)}</td>}</tr>
          </tfoot>
        </table>
      </div>
      <p className={c.passed ? styles.good : styles.doubt} data-testid="check-verdict">
        1:{c.scale} {t(`pictureTools.${c.terrain}`)} · {t('pictureTools.rmse')} {fixed(c.rmse_m, 3)} m · {t('pictureTools.limit')} {fixed(c.limit_m, 2)} m · {t(c.passed ? 'pictureTools.passed' : 'pictureTools.notPassed')}
      </p>
      {coarse && <p className={styles.doubt}>{t('pictureTools.tooCoarse', { gsd: fixed(photo.gsd_m, 3), limit: fixed(c.gsd_limit_m, 2) })}</p>}
      {!c.independent && <p className={styles.doubt}>{t('pictureTools.notIndependent')}</p>}
      <p className={styles.hint}>{t('pictureTools.perAxis')} {t('pictureTools.basis')}: {c.basis}</p>
    </div>
  );
}
