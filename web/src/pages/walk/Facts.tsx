import { useTranslation } from 'react-i18next';
import type { Walk } from '../../api/types';
import { When } from '../../components/When/When';
import { muText, sigmaDecimals } from '../../format/area';
import { durationText, lengthText, sigmaText } from '../../format/length';
import { fixed } from '../../format/number';
import { FixBar } from '../case/panel/FixBar';
import { toldWords } from './told';
import styles from './Walk.module.css';

/** The figures of the walk, and how it was told to be read. */
export function Facts({ walk }: { walk: Walk }) {
  const { t, i18n } = useTranslation();
  const r = walk.report;
  const said = (x: { zh: string; en: string } | undefined) => (i18n.language === 'en' ? x?.en : x?.zh);
  const u = r.undropped;
  return (
    <section className={styles.part}>
      <h2>{t('walkReport.facts')}</h2>
      <FixBar fixes={countsOf(r.fixes)} />
      <dl className={styles.facts}>
        <dt>{t('case.area')}</dt>
        <dd><b className="num">{muText(r.area, sigmaDecimals(r.area))} {t('unit.mu')}</b> <span className="num">{fixed(r.area.m2, 1)} m² ± {fixed(r.area.sigma_m2, 1)} (1σ)</span></dd>
        {u && <><dt>{t('walkReport.undropped')}</dt><dd className="num">{muText(u.area, sigmaDecimals(u.area))} {t('unit.mu')} · {lengthText(u.length_m)}</dd></>}
        <dt>{t('walk.accuracyClass')}</dt>
        <dd>{r.class ? t(`walk.class_${r.class}`) : '—'}{r.class === 'graphic' || r.class === 'reference' ? ` · ${t('walkReport.noMark')}` : ''}</dd>
        <dt>{t('case.sigma')}</dt>
        <dd>{r.sigma ? <><span className="num">{sigmaText(r.sigma.m)}</span> {said(r.sigma.text)}</> : '—'}</dd>
        <dt>{t('walk.length')}</dt>
        <dd className="num">{r.length_m === undefined ? '—' : lengthText(r.length_m)}</dd>
        <dt>{t('walk.gap')}</dt>
        <dd><span className="num">{lengthText(r.closing_gap_m)}</span>{r.max_closing_gap_m !== undefined && ` · ${t('walkReport.allowed', { length: lengthText(r.max_closing_gap_m) })}`}</dd>
        <dt>{t('walkReport.times')}</dt>
        <dd>{r.from && r.until ? <><When at={r.from} /> – <When at={r.until} /> · <span className="num">{durationText(r.duration_s ?? 0)}</span></> : t('walkReport.noTimes')}</dd>
        <dt>{t('walkReport.height')}</dt>
        <dd>{heightText(r, t)}</dd>
        <dt>{t('ortho.crs')}</dt>
        <dd>{said(r.zone)}{r.srid !== undefined && <span className="num"> EPSG:{r.srid}</span>}</dd>
        <dt>{t('walk.format')}</dt>
        <dd>{walk.format}{r.name && ` · ${r.name}`}{walk.track > 1 && ` · ${t('walkReport.track', { n: walk.track })}`}</dd>
        <dt>{t('walkReport.told')}</dt>
        <dd>{toldWords(walk, t).join('；') || t('walkReport.toldNothing')}</dd>
        <dt>{t('ortho.received')}</dt>
        <dd><When at={walk.received_at} /> · {walk.received_by}</dd>
      </dl>
    </section>
  );
}

/** Fixes by quality, without the sums that stand beside them. */
function countsOf(fixes: Record<string, number>): Record<string, number> {
  const { total: _, used: __, ...rest } = fixes;
  return rest;
}

function heightText(r: Walk['report'], t: ReturnType<typeof useTranslation>['t']): string {
  const h = r.heights;
  if (!h) return '—';
  if (h.ellipsoidal === 0 && h.msl === 0) return t('walkReport.heightUnknown');
  const range = h.low_m !== undefined && h.high_m !== undefined ? ` ${fixed(h.low_m, 1)} – ${fixed(h.high_m, 1)} m` : '';
  const kinds = [h.ellipsoidal > 0 && t('walkReport.heightEllipsoidal'), h.msl > 0 && t('walkReport.heightMSL'), h.unknown > 0 && t('walkReport.heightSome', { n: h.unknown })];
  return kinds.filter(Boolean).join(' · ') + range;
}
