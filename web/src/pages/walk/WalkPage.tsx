import { ArrowLeftOutlined, DownloadOutlined, FilePdfOutlined, PrinterOutlined } from '@ant-design/icons';
import { Button, Skeleton } from 'antd';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { apiBase } from '../../api/client';
import { useCase, useFixes, useWalk } from '../../api/queries';
import { useTitle } from '../../app/useTitle';
import { Failed } from '../../components/Failed/Failed';
import { Hash } from '../../components/Hash/Hash';
import { PartyName } from '../../components/PartySymbol/PartyName';
import { bytesText } from '../../format/length';
import type { Scene } from '../../map/scene';
import { casePath } from '../../url/filters';
import { usePatchQuery } from '../../url/query';
import { Advice } from './Advice';
import { DatumPart } from './DatumPart';
import { Doubt } from './Doubt';
import { Facts } from './Facts';
import { Landmarks } from './Landmarks';
import { pairMarks, pointMark, suspectsOf, walkFixes } from './marks';
import { Notes } from './Notes';
import { landmarkText, type Pair, type Place } from './pairs';
import { printWalk } from './paper';
import { Points } from './Points';
import { Reread } from './Reread';
import { SigmaStrip } from './SigmaStrip';
import { Stretches } from './Stretches';
import { Suspects } from './Suspects';
import styles from './Walk.module.css';
import { type Shown, WalkMap } from './WalkMap';

/** The report of one boundary walk, for people: what it is good for, and every place that bears on it. */
export function WalkPage() {
  const { t, i18n } = useTranslation();
  const { number = '', walk: id = '' } = useParams();
  const answer = useWalk(id);
  const walk = answer.data;
  const item = useCase(number).data?.case;
  const fixes = useFixes(useMemo(() => [id], [id]))[0];
  const [params] = useSearchParams();
  const chosen = params.get('at');
  const patch = usePatchQuery();
  const scene = useRef<Scene | null>(null);
  const shown = useRef<Shown | null>(null);
  useTitle(walk && `${t('walkReport.title')} ${walk.party}`);
  const drawn = useMemo(() => (walk && fixes ? walkFixes(fixes, walk.report, walk.told.fixed_only) : []), [walk, fixes]);
  const suspects = useMemo(() => (walk ? suspectsOf(walk.report, t, i18n.language) : []), [walk, t, i18n.language]);
  const [pairs, setPairs] = useState<readonly Pair[]>([]);
  const [half, setHalf] = useState<Place | null>(null);
  const [marking, setMarking] = useState(false);
  const landmarks = useMemo(() => pairs.map(landmarkText), [pairs]);
  const begin = useCallback((on: boolean) => {
    setMarking(on);
    setHalf(null);
  }, []);
  const mark = useCallback(
    (at: Place) => {
      if (half) setPairs((before) => [...before, { walked: half, true: at }]);
      setHalf(half ? null : at);
    },
    [half],
  );
  const marks = useMemo(() => [...suspects, ...(walk?.report.points ?? []).map(pointMark), ...pairMarks(pairs, half)], [suspects, walk, pairs, half]);
  const show = useCallback(
    (at: Shown) => {
      shown.current = at;
      patch({ at: at.key }, { replace: true });
      scene.current?.fitPlace(at.lon, at.lat, [40, 40, 40, 40]);
    },
    [patch],
  );
  const choose = useCallback(
    (key: string | null) => {
      patch({ at: key ?? undefined }, { replace: true });
      if (key) document.getElementById(`row-${key}`)?.scrollIntoView({ block: 'nearest' });
    },
    [patch],
  );

  if (answer.isError) return <Failed error={answer.error} onRetry={() => void answer.refetch()} size="page" />;
  if (!walk) return <div className={styles.waiting} aria-busy="true"><Skeleton active paragraph={{ rows: 3 }} /><Skeleton active paragraph={{ rows: 8 }} /></div>;
  const rows = { chosen, onShow: show };
  return (
    <div className={styles.page} data-testid="walk-page">
      <header className={styles.head}>
        <div>
          <Link to={casePath(walk.case)} className="no-print"><ArrowLeftOutlined /> {walk.case}</Link>
          <span className="print-only">{walk.case} {item?.title}</span>
          <h1>{t('walkReport.title')} <PartyName side={walk.side} name={walk.party} /></h1>
        </div>
        <nav className={`${styles.files} no-print`} aria-label={t('walkReport.files')}>
          <Button type="primary" icon={<FilePdfOutlined />} href={`${apiBase}/walks/${walk.id}/record.pdf`} target="_blank" rel="noreferrer" data-testid="walk-record">{t('walk.record')}</Button>
          <Button icon={<DownloadOutlined />} href={`${apiBase}/walks/${walk.id}/file`} download={walk.filename} data-testid="walk-file">{t('walkReport.original')}</Button>
          <Button icon={<PrinterOutlined />} onClick={() => scene.current && printWalk(scene.current)}>{t('map.print')}</Button>
        </nav>
        <p className={styles.source}>
          <span>{walk.filename}</span> <span className="num">{bytesText(walk.size)}</span> <Hash value={walk.sha256} label="SHA-256" />
        </p>
      </header>
      <div className={styles.advice}>
        <Advice report={walk.report} />
        <Doubt walk={walk} open={(item?.moves.length ?? 0) > 0} />
      </div>
      <div className={styles.map}>
        <WalkMap walk={walk} item={item} fixes={drawn} marks={marks} chosen={chosen} onChoose={choose} onPlace={marking ? mark : undefined} shownRef={shown} sceneRef={scene} />
        <SigmaStrip fixes={drawn} onShow={show} />
      </div>
      <div className={styles.report}>
        <Facts walk={walk} />
        <Suspects suspects={suspects} report={walk.report} {...rows} />
        <Points points={walk.report.points ?? []} {...rows} />
        <Stretches report={walk.report} {...rows} />
        <DatumPart walk={walk}><Landmarks pairs={pairs} half={half} marking={marking} onMarking={begin} onPairs={setPairs} /></DatumPart>
        {item && <Reread key={walk.id} walk={walk} item={item} landmarks={landmarks} />}
        <Notes walk={walk} />
      </div>
    </div>
  );
}
