import type Feature from 'ol/Feature';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { useAreas } from '../../api/queries';
import type { CaseSummary } from '../../api/types';
import { StatusTag } from '../../components/Tags/Tags';
import { contestedText } from '../../format/area';
import { OverviewMap } from '../../map/overview';
import { casePath, statisticsQueryOf } from '../../url/filters';
import { positionOf, positionText } from '../../url/mapState';
import { usePatchQuery } from '../../url/query';
import styles from './CasesPage.module.css';

/** The cases of the list as dots, as large as their disputed ground. */
export function CasesMap({ cases, complete }: { cases: CaseSummary[]; complete: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const patch = usePatchQuery();
  const [params] = useSearchParams();
  const target = useRef<HTMLDivElement>(null);
  const map = useRef<OverviewMap | null>(null);
  const [tip, setTip] = useState<{ item: CaseSummary; x: number; y: number } | null>(null);
  const start = useRef(positionOf(params.get('map')));
  const areas = useAreas(statisticsQueryOf(params).area);

  useEffect(() => {
    const overview = new OverviewMap(target.current!, {
      onMove: (p) => patch({ map: positionText(p) }, { replace: true }),
      onHover: (f: Feature | null, pixel) => setTip(f && f.get('case') ? { item: f.get('case') as CaseSummary, x: pixel[0]!, y: pixel[1]! } : null),
      onClick: (f: Feature) => f.get('case') && void navigate(casePath((f.get('case') as CaseSummary).number)),
    });
    map.current = overview;
    return () => overview.dispose();
  }, [navigate, patch]);

  useEffect(() => {
    map.current?.setCases(cases);
    if (start.current) map.current?.look(start.current);
    else map.current?.fitAll();
  }, [cases]);

  useEffect(() => map.current?.setAreas(areas.data, () => null), [areas.data]);

  return (
    <div className={styles.map}>
      <div ref={target} className={styles.mapCanvas} tabIndex={0} aria-label={t('map.label')} data-testid="cases-map" />
      {tip && (
        <div className={styles.tip} style={{ left: tip.x, top: tip.y }}>
          <div><strong>{tip.item.number}</strong> <StatusTag status={tip.item.status} /></div>
          <div>{tip.item.title}</div>
          {tip.item.contested && <div className="num">{contestedText(tip.item.contested).nominal} {t('unit.mu')} ({contestedText(tip.item.contested).bounds})</div>}
        </div>
      )}
      <div className={styles.mapNote}>{t('cases.mapNote')}{!complete && ` ${t('cases.mapLimit')}`}</div>
    </div>
  );
}
