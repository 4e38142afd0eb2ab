import { Alert, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { apiBase } from '../../../api/client';
import type { Case, Flight, Job, Orthophoto, Walk } from '../../../api/types';
import { muText, sigmaDecimals } from '../../../format/area';
import { lonLatText } from '../../../format/coordinate';
import { durationText, lengthText, sigmaText } from '../../../format/length';
import { fixed } from '../../../format/number';
import { walkPath } from '../../../url/filters';
import { faultText } from '../faults';
import { FixBar } from '../panel/FixBar';
import type { Ground } from '../useGround';
import { MiniMap } from './MiniMap';
import styles from './Upload.module.css';

interface Props {
  job: Job;
  of: Case;
  ground: Ground;
}

/** What a file became, in plain words and on a small map. */
export function Result({ job, of, ground }: Props) {
  const { outcome } = job;
  const walk = ground.walks.data?.find((w) => w.id === outcome?.walk);
  const photo = ground.orthophotos.data?.find((p) => p.id === outcome?.orthophoto);
  const flight = ground.flights.data?.find((f) => f.id === outcome?.flight);
  if (!walk && !photo && !flight) return <Skeleton active title={false} paragraph={{ rows: 3 }} />;
  return (
    <>
      {walk && <WalkResult walk={walk} />}
      {photo && <OrthophotoResult photo={photo} />}
      {flight && <FlightResult flight={flight} />}
      <MiniMap of={of} ground={ground} walk={walk} photo={photo} flight={flight} />
    </>
  );
}

const shownFaults = 6;

function WalkResult({ walk }: { walk: Walk }) {
  const { t, i18n } = useTranslation();
  const r = walk.report;
  const questioned = r.status !== 'adopted';
  const sigma = r.sigma_m ?? r.sigma?.m;
  const count = r.fault_count ?? r.faults.length;
  return (
    <Alert
      type={questioned ? 'warning' : 'success'}
      showIcon
      title={t(questioned ? 'upload.questionedWalk' : 'upload.keptWalk')}
      description={
        <div data-testid="walk-report">
          {r.advice && <p>{i18n.language === 'en' ? r.advice.en : r.advice.zh}</p>}
          <p>{walk.party} · {t('case.area')} <b className="num">{muText(r.area, sigmaDecimals(r.area))}</b> {t('unit.mu')}</p>
          <FixBar fixes={r.fixes} />
          <p>
            {t('walk.gap')} {lengthText(r.closing_gap_m)}
            {r.duration_s !== undefined && ` · ${durationText(r.duration_s)}`}
            {sigma !== undefined && ` · ${sigmaText(sigma)}`}
            {r.class && ` · ${t('walk.accuracyClass')} ${t(`walk.class_${r.class}`)}`}
          </p>
          {r.faults.slice(0, shownFaults).map((f, i) => <p key={i}>{faultText(f, t, i18n.language)} <span className="num">{lonLatText(f.at.lon, f.at.lat)}</span></p>)}
          {count > shownFaults && <p>{t('walk.moreFaults', { count: count - shownFaults })}</p>}
          <Link to={walkPath(walk.case, walk.id)} data-testid="walk-open">{t('walkReport.open')}</Link>{' · '}
          <a href={`${apiBase}/walks/${walk.id}/record.pdf`} target="_blank" rel="noreferrer">{t('walk.record')}</a>
        </div>
      }
    />
  );
}

function OrthophotoResult({ photo }: { photo: Orthophoto }) {
  const { t } = useTranslation();
  return (
    <Alert
      type={photo.reference_only ? 'warning' : 'success'}
      showIcon
      title={t('upload.keptOrtho')}
      description={
        <div data-testid="orthophoto-report">
          <p>
            {photo.crs_name} · {t('ortho.gsd')} <span className="num">{fixed(photo.gsd_m * 100, photo.gsd_m < 0.1 ? 1 : 0)} cm</span> · {t('ortho.validFraction')}{' '}
            <span className="num">{(photo.valid_fraction * 100).toFixed(1)} % · {fixed(photo.valid_area_m2 / 1e4, 2)} ha</span>
          </p>
          {photo.reference_only && <p>{t(photo.check ? 'ortho.failedCheck' : 'ortho.referenceOnly')}</p>}
        </div>
      }
    />
  );
}

function FlightResult({ flight }: { flight: Flight }) {
  const { t, i18n } = useTranslation();
  const r = flight.report;
  const share = (v: number | undefined) => (v === undefined ? '—' : `${Math.round(v * 100)} %`);
  return (
    <Alert
      type={r.warnings.length > 0 ? 'warning' : 'success'}
      showIcon
      title={t('upload.keptFlight')}
      description={
        <div data-testid="flight-report">
          <p>
            {t('flight.photos', { count: flight.photos })} · {t('flight.forward')} <span className="num">{share(r.forward_overlap?.median)}</span> · {t('flight.side')}{' '}
            <span className="num">{share(r.side_overlap?.median)}</span> · {t('flight.rtk')} <span className="num">{share(r.rtk_share)}</span>
          </p>
          {r.warnings.map((w) => <p key={w.code}>{i18n.language.startsWith('en') ? w.text.en : w.text.zh}</p>)}
          <p className={styles.hint}>{t('flight.notMeasured')}</p>
        </div>
      }
    />
  );
}
