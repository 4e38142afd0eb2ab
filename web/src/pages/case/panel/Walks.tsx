import { Button, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { apiBase } from '../../../api/client';
import type { Place, Walk } from '../../../api/types';
import { Empty } from '../../../components/Empty/Empty';
import { Failed } from '../../../components/Failed/Failed';
import { Hash } from '../../../components/Hash/Hash';
import { PartyName } from '../../../components/PartySymbol/PartyName';
import { Section } from '../../../components/Section/Section';
import { When } from '../../../components/When/When';
import { durationText, lengthText, sigmaText } from '../../../format/length';
import { walkPath } from '../../../url/filters';
import { faultKey, faultText } from '../faults';
import type { Ground } from '../useGround';
import { FixBar } from './FixBar';
import styles from './Panel.module.css';

interface Props {
  walks: Ground['walks'];
  chosen: string | null;
  onFault: (key: string, at: Place) => void;
}

/** The boundary walks: how good their fixes are, and what is questioned. */
export function Walks({ walks, chosen, onFault }: Props) {
  const { t } = useTranslation();
  if (walks.isError) return <Section title={t('case.walks')}><Failed error={walks.error} onRetry={() => void walks.refetch()} /></Section>;
  if (!walks.data) return <Section title={t('case.walks')}><Skeleton active title={false} paragraph={{ rows: 3 }} /></Section>;
  return (
    <Section title={t('case.walks')} extra={walks.data.length || undefined} testID="walks">
      {walks.data.length === 0 && <Empty size="section" title={t('case.noWalks')} hint={t('case.noWalksHint')} />}
      {walks.data.map((walk) => <WalkItem key={walk.id} walk={walk} chosen={chosen} onFault={onFault} />)}
    </Section>
  );
}

function WalkItem({ walk, chosen, onFault }: { walk: Walk; chosen: string | null; onFault: Props['onFault'] }) {
  const { t, i18n } = useTranslation();
  const r = walk.report;
  const sigma = r.sigma_m ?? r.sigma?.m;
  const sigmaOrigin = i18n.language === 'en' ? r.sigma?.text?.en : r.sigma?.text?.zh;
  return (
    <div className={styles.item}>
      <div className={styles.itemHead}>
        <PartyName side={walk.side} name={walk.party} brief />
        <span className={styles[r.status]}>{t(`walk.${r.status}`)}</span>
      </div>
      <FixBar fixes={r.fixes} />
      <div className={styles.itemFacts}>
        <span>{t('walk.gap')} {lengthText(r.closing_gap_m)}</span>
        {r.length_m !== undefined && <span>{t('walk.length')} {lengthText(r.length_m)}</span>}
        {r.duration_s !== undefined && <span>{t('walk.duration')} {durationText(r.duration_s)}</span>}
        {sigma !== undefined && <span title={sigmaOrigin}>{sigmaText(sigma)}</span>}
        {r.repaired && <span>{t('walk.repaired')}</span>}
        <span className={styles.file} title={walk.filename}>{walk.filename}</span>
        <When at={walk.received_at} />
        <Hash value={walk.sha256} />
      </div>
      <Quality walk={walk} />
      {r.faults.length > 0 && <Faults walk={walk} chosen={chosen} onFault={onFault} />}
    </div>
  );
}

/** What the report says of the line beside its faults, and the paper that goes with it. Walks from before have no class. */
function Quality({ walk }: { walk: Walk }) {
  const { t, i18n } = useTranslation();
  const r = walk.report;
  const facts = [
    r.points?.length && t('walk.points', { count: r.points.length }),
    (r.stretch_count ?? 0) > 1 && t('walk.stretches', { count: r.stretch_count }),
    r.gap_count && t('walk.gaps', { count: r.gap_count }),
    r.jump_count && t('walk.jumps', { count: r.jump_count }),
    r.slip_count && t('walk.slips', { count: r.slip_count }),
    r.dropped && t('walk.dropped', { count: r.dropped }),
  ].filter(Boolean);
  const displaced = r.datum?.declared ?? r.datum?.detected;
  return (
    <div className={styles.itemFacts}>
      {r.class && <span>{t('walk.accuracyClass')} {t(`walk.class_${r.class}`)}</span>}
      {facts.map((fact) => <span key={fact as string}>{fact}</span>)}
      {displaced && <span>{i18n.language === 'en' ? r.datum?.text.en : r.datum?.text.zh}</span>}
      <Link to={walkPath(walk.case, walk.id)} data-testid="walk-open">{t('walkReport.open')}</Link>
      <a href={`${apiBase}/walks/${walk.id}/record.pdf`} target="_blank" rel="noreferrer" data-testid="walk-record">{t('walk.record')}</a>
    </div>
  );
}

const shownAtFirst = 4;

function Faults({ walk, chosen, onFault }: { walk: Walk; chosen: string | null; onFault: Props['onFault'] }) {
  const { t, i18n } = useTranslation();
  const [all, setAll] = useState(false);
  const faults = walk.report.faults;
  return (
    <div className={styles.faults}>
      <div className={styles.faultsTitle}>{t('walk.faults', { count: walk.report.fault_count ?? faults.length })}</div>
      {faults.slice(0, all ? undefined : shownAtFirst).map((fault, i) => {
        const key = faultKey(walk, i);
        return (
          <div key={key} className={styles.fault}>
            <span>{faultText(fault, t, i18n.language)}</span>
            <Button size="small" type={key === chosen ? 'primary' : 'link'} onClick={() => onFault(key, fault.at)}>{t('walk.showOnMap')}</Button>
          </div>
        );
      })}
      {!all && faults.length > shownAtFirst && (
        <Button size="small" type="link" onClick={() => setAll(true)}>{t('walk.moreFaults', { count: faults.length - shownAtFirst })}</Button>
      )}
    </div>
  );
}
