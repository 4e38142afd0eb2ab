import { Alert, Button, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { useEngine } from '../../../api/queries';
import type { Flight } from '../../../api/types';
import { Failed } from '../../../components/Failed/Failed';
import { Hash } from '../../../components/Hash/Hash';
import { Section } from '../../../components/Section/Section';
import { When } from '../../../components/When/When';
import { lengthText } from '../../../format/length';
import { fixed } from '../../../format/number';
import { usePatchQuery } from '../../../url/query';
import type { Ground } from '../useGround';
import { Mosaic } from './Mosaic';
import styles from './Panel.module.css';

type Spread = { median: number; p10: number };

interface Props {
  number: string;
  flights: Ground['flights'];
  shown: string | null;
  onLook: (bbox: readonly number[]) => void;
}

/** The drone flights of a case: what their photos are worth, and their place on the map. None is no section. */
export function Flights({ number, flights, shown, onLook }: Props) {
  const { t } = useTranslation();
  const engine = useEngine(number);
  if (flights.isError) return <Section title={t('flight.title')}><Failed error={flights.error} onRetry={() => void flights.refetch()} /></Section>;
  if (!flights.data) return <Section title={t('flight.title')}><Skeleton active paragraph={{ rows: 2 }} /></Section>;
  if (flights.data.length === 0) return null;
  return (
    <Section title={t('flight.title')} extra={flights.data.length} testID="flights">
      {flights.data.map((f) => <One key={f.id} flight={f} engine={engine} shown={f.id === shown} onLook={onLook} />)}
    </Section>
  );
}

function One({ flight, engine, shown, onLook }: { flight: Flight; engine: boolean; shown: boolean; onLook: Props['onLook'] }) {
  const { t, i18n } = useTranslation();
  const patch = usePatchQuery();
  const report = flight.report;
  const share = (v: number) => `${Math.round(v * 100)} %`;
  const overlap = (s: Spread | undefined) => (s ? t('flight.tenth', { median: share(s.median), tenth: share(s.p10) }) : '—');
  const show = () => {
    patch({ flight: shown ? undefined : flight.id });
    if (!shown && flight.bbox) onLook(flight.bbox);
  };
  return (
    <div className={styles.item}>
      <div className={styles.file} title={flight.filename}>{flight.filename}</div>
      <dl className={styles.photoFacts}>
        <dt>{t('flight.flown')}</dt><dd>{flight.exposed_from ? <When at={flight.exposed_from} /> : t('flight.unknown')}</dd>
        <dt>{t('flight.camera')}</dt><dd>{report.cameras[0]?.drone || report.cameras[0]?.name || t('flight.unknown')}</dd>
        <dt>{t('flight.line')}</dt><dd className="num">{t('flight.strips', { length: lengthText(report.length_m), count: report.strips })}</dd>
        <dt>{t('flight.height')}</dt><dd className="num">{report.above_ground_m ? `${fixed(report.above_ground_m.median, 0)} m` : '—'}</dd>
        <dt>{t('flight.gsd')}</dt><dd className="num">{report.gsd_m ? `${fixed(report.gsd_m.median * 100, 1)} cm` : '—'}</dd>
        <dt>{t('flight.rtk')}</dt><dd className="num">{share(report.rtk_share)} · {report.fixes.fixed} / {report.photos}</dd>
        <dt>{t('flight.forward')}</dt><dd className="num">{overlap(report.forward_overlap)}</dd>
        <dt>{t('flight.side')}</dt><dd className="num">{overlap(report.side_overlap)}</dd>
        <dt>{t('flight.coverage')}</dt><dd className="num">{report.coverage ? share(report.coverage.five_plus) : '—'}</dd>
      </dl>
      {report.warnings.map((w) => (
        <Alert key={w.code} type="warning" showIcon style={{ marginTop: 6 }} title={i18n.language.startsWith('zh') ? w.text.zh : w.text.en} />
      ))}
      <div className={styles.itemFacts}>
        <span>{t('flight.photos', { count: flight.photos })}</span>
        <Hash value={flight.sha256} />
        {flight.bbox && <Button size="small" type="link" onClick={show} data-testid="show-flight">{t(shown ? 'flight.hide' : 'flight.show')}</Button>}
      </div>
      {shown && <div className={styles.itemFacts}>{t('flight.notMeasured')}</div>}
      <Mosaic flight={flight} engine={engine} />
    </div>
  );
}
