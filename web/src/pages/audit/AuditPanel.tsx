import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Audit, OverlapDetail } from '../../api/types';
import { Copy } from '../../components/Copy/Copy';
import { Hash } from '../../components/Hash/Hash';
import { OfflinePackage } from '../../components/OfflinePackage/OfflinePackage';
import { Section } from '../../components/Section/Section';
import { When } from '../../components/When/When';
import { apiBase } from '../../api/client';
import { count } from '../../format/number';
import { overlapM2Text, overlapMuText } from '../../format/overlap';
import type { AuditState, Pair } from '../../url/auditState';
import { AuditStatus } from '../audits/AuditStatus';
import styles from './AuditPage.module.css';
import { registersOf } from './auditName';
import { ChosenOverlap } from './ChosenOverlap';
import { OverlapList } from './OverlapList';
import { Thresholds } from './Thresholds';

interface Props {
  audit: Audit;
  state: AuditState;
  detail: UseQueryResult<OverlapDetail>;
  onPick: (pair: Pair | null) => void;
}

/** What an audit has found: figures, the overlap that is chosen, and the list of all. */
export function AuditPanel({ audit, state, detail, onPick }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Head audit={audit} />
      {state.pair && <ChosenOverlap audit={audit} detail={detail} onBack={() => onPick(null)} />}
      <Figures audit={audit} />
      <Thresholds audit={audit} over={state.over} />
      <OverlapList audit={audit} over={state.over} chosen={state.pair} onPick={onPick} />
      {audit.status === 'finished' && (
        <Section title={t('offlinePackage.title')}><OfflinePackage of={{ audit: audit.id }} version={audit.sha256 ?? ''} /></Section>
      )}
      <Export audit={audit} />
    </>
  );
}

function Head({ audit }: { audit: Audit }) {
  const { t } = useTranslation();
  return (
    <header className={styles.head}>
      <p className={styles.number}>{t('audit.one', { id: audit.id })}</p>
      <h2 className={styles.title} data-testid="audit-title">{registersOf(audit)}</h2>
      <AuditStatus audit={audit} />
      {audit.status === 'unfinished' && <p className={styles.stopped}>{t(audit.against ? 'audit.stoppedAgainst' : 'audit.stopped', { layer: audit.layer, against: audit.against })}</p>}
    </header>
  );
}

function Figures({ audit }: { audit: Audit }) {
  const { t } = useTranslation();
  const main = audit.distinct_m2 ?? audit.sum_m2;
  return (
    <Section title={t(audit.distinct_m2 === undefined ? 'audit.sum' : 'audit.distinct')} testID="audit-figures">
      <p><span className={styles.big} data-testid="audit-mu">{overlapMuText(main)}</span> <span className={styles.unit}>{t('unit.mu')}</span></p>
      <p className={styles.second}>{overlapM2Text(main)} m² · {t('case.plane')}</p>
      <dl className={styles.facts}>
        <dt>{t('audit.pairs')}</dt><dd className="num" data-testid="audit-pairs">{count(audit.pairs)}</dd>
        {audit.distinct_m2 !== undefined && <><dt>{t('audit.sum')}</dt><dd className="num" title={t('audit.sumHint')}>{overlapMuText(audit.sum_m2)} {t('unit.mu')}</dd></>}
        {audit.union_m2 !== undefined && <><dt>{t('audit.union')}</dt><dd className="num">{overlapMuText(audit.union_m2)} {t('unit.mu')}</dd></>}
        {audit.finished_at && <><dt>{t('audit.finishedAt')}</dt><dd><When at={audit.finished_at} /></dd></>}
        <dt>{t('audit.engine')}</dt><dd className="mono">{audit.engine}</dd>
      </dl>
    </Section>
  );
}

function Export({ audit }: { audit: Audit }) {
  const { t } = useTranslation();
  const command = `jieshi audit export ${audit.id} --out audit-${audit.id}.gpkg`;
  const tiles = new URL(`${apiBase}/audits/${audit.id}/tiles.json`, window.location.origin).href;
  return (
    <Section title={t('audit.export')}>
      {audit.status === 'finished' && (
        <>
          <p className={styles.note}>{t('audit.exportHint')}</p>
          <div className={styles.command}><span className="mono" data-testid="export-command">{command}</span><Copy text={command} /></div>
        </>
      )}
      <p className={styles.note}>{t('audit.tiles')}</p>
      <div className={styles.command}><a className="mono" href={tiles}>{tiles}</a><Copy text={tiles} /></div>
      {audit.sha256 && <Hash value={audit.sha256} label={t('audit.sha256')} />}
    </Section>
  );
}
