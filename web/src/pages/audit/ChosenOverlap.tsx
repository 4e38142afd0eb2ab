import { CloseOutlined } from '@ant-design/icons';
import type { UseQueryResult } from '@tanstack/react-query';
import { Button, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Audit, OverlapDetail, OverlappingParcel } from '../../api/types';
import { Failed } from '../../components/Failed/Failed';
import { PartySymbol } from '../../components/PartySymbol/PartySymbol';
import { muText, sigmaDecimals } from '../../format/area';
import { percent, percentText } from '../../format/number';
import { overlapM2Text, overlapMuText } from '../../format/overlap';
import { casePath } from '../../url/filters';
import styles from './AuditPage.module.css';
import { FileDialog } from './FileDialog';

interface Props {
  audit: Audit;
  detail: UseQueryResult<OverlapDetail>;
  onBack: () => void;
}

/** The overlap that is chosen: its area, both parcels, and the step that makes a case of it. */
export function ChosenOverlap({ audit, detail, onBack }: Props) {
  const { t } = useTranslation();
  const d = detail.data;
  return (
    <section className={styles.chosen} data-testid="chosen-overlap">
      <header className={styles.chosenHead}>
        <h3>{t('audit.overlap')} {d && <span className="num">{d.a} × {d.b}</span>}</h3>
        <Button size="small" type="text" icon={<CloseOutlined />} aria-label={t('audit.back')} onClick={onBack} />
      </header>
      {detail.isError ? <Failed error={detail.error} onRetry={() => void detail.refetch()} /> : !d ? <Skeleton active paragraph={{ rows: 4 }} /> : <Found audit={audit} d={d} />}
    </section>
  );
}

function Found({ audit, d }: { audit: Audit; d: OverlapDetail }) {
  const { t } = useTranslation();
  const [filing, setFiling] = useState(false);
  return (
    <>
      <p><span className={styles.big} data-testid="overlap-mu">{overlapMuText(d.plane_m2)}</span> <span className={styles.unit}>{t('unit.mu')}</span></p>
      <p className={styles.second}>
        {overlapM2Text(d.plane_m2)} m² {t('audit.plane')}{d.geometry ? ` · ${overlapM2Text(d.ellipsoidal_m2)} m² ${t('audit.ellipsoidal')}` : ` · ${t('audit.thin')}`}
      </p>
      <div className={styles.parcels}>
        {d.parcels.map((p, i) => <Parcel key={i} parcel={p} side={i + 1} overlapM2={d.plane_m2} />)}
      </div>
      {d.case ? (
        <Link to={casePath(d.case)}><Button type="primary" block data-testid="overlap-case">{t('audit.hasCase')} {d.case}</Button></Link>
      ) : (
        <Button type="primary" block disabled={audit.status !== 'finished'} onClick={() => setFiling(true)} data-testid="file-overlap">{t('audit.file')}</Button>
      )}
      <FileDialog audit={audit} detail={d} open={filing} onClose={() => setFiling(false)} />
    </>
  );
}

function Parcel({ parcel, side, overlapM2 }: { parcel: OverlappingParcel; side: number; overlapM2: number }) {
  const { t } = useTranslation();
  const area = parcel.area.ellipsoidal;
  const part = percent(Math.min(overlapM2, parcel.area.plane.m2), parcel.area.plane.m2);
  return (
    <div className={styles.parcel}>
      <PartySymbol side={side} />
      <span className={styles.parcelName}>{parcel.layer} {parcel.feature}</span>
      <span className="num">{muText(area, area.sigma_m2 > 0 ? sigmaDecimals(area) : 2)} {t('unit.mu')}</span>
      <div className={styles.parcelFacts}>
        <span>{t(side === 1 ? 'audit.parcelA' : 'audit.parcelB')} · {t(`audit.kind_${parcel.kind}`)}</span>
        <span>{t('audit.share', { percent: percentText(part) })}</span>
        <span>{parcel.sigma_m === undefined ? t('audit.noSigma') : t('audit.sigma', { sigma: parcel.sigma_m })}</span>
      </div>
    </div>
  );
}
