import { InfoCircleOutlined } from '@ant-design/icons';
import { Button, Skeleton, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Run } from '../../../api/types';
import { AreaFigure } from '../../../components/AreaFigure/AreaFigure';
import { Empty } from '../../../components/Empty/Empty';
import { Failed } from '../../../components/Failed/Failed';
import { Hash } from '../../../components/Hash/Hash';
import { Section } from '../../../components/Section/Section';
import { When } from '../../../components/When/When';
import type { PanelProps } from './Panel';
import styles from './Panel.module.css';
import { Pairs } from './Pairs';
import { Pieces } from './Pieces';

/** The contested area of the newest run, its pieces, and its pairs when there are several. */
export function Contested({ ground, state, hovered, onHover, onPick, onUpload }: PanelProps) {
  const { t } = useTranslation();
  const { run } = ground;
  if (run.isError) return <Section title={t('case.contested')}><Failed error={run.error} onRetry={() => void run.refetch()} /></Section>;
  if (run.isPending) return <Section title={t('case.contested')}><Skeleton active /></Section>;
  if (run.data === null) {
    return (
      <Section title={t('case.contested')}>
        <Empty size="section" title={t('case.noRun')} hint={t('case.noRunHint')} action={<Button onClick={onUpload}>{t('case.upload')}</Button>} />
      </Section>
    );
  }
  const failed = [ground.nominal, ground.core, ground.outer].find((q) => q.isError);
  return (
    <>
      <Total run={run.data} />
      {failed && <Section title={t('case.pieces')}><Failed error={failed.error} onRetry={() => void failed.refetch()} /></Section>}
      {run.data.pieces.length === 0 ? (
        <Section title={t('case.pieces')}><Empty size="section" title={t('case.noOverlap')} hint={t('case.noOverlapHint')} /></Section>
      ) : (
        <Pieces run={run.data} chosen={state.piece} hovered={hovered} onHover={onHover} onPick={onPick} />
      )}
      {run.data.pairs.length > 1 && <Pairs pairs={run.data.pairs} />}
    </>
  );
}

function Total({ run }: { run: Run }) {
  const { t } = useTranslation();
  const area = { nominal: run.nominal.ellipsoidal, core: run.core.ellipsoidal, outer: run.outer.ellipsoidal };
  const engine = Object.entries(run.engine).map(([name, version]) => `${name} ${version}`).join(' · ');
  return (
    <div className={styles.figure}>
      <div className={styles.figureLabel}>
        {t('case.contested')} <span>({t('case.certainTo')})</span>
        <Tooltip title={t('case.boundsHint', { k: run.k })}><InfoCircleOutlined tabIndex={0} /></Tooltip>
      </div>
      <AreaFigure area={area} testID="contested-total" />
      <div className={styles.runLine}>
        <Tooltip title={<>{t('case.frozen')}<br />{engine}</>}>
          <span tabIndex={0}>{t('case.run', { number: run.number })} · <When at={run.created_at} /></span>
        </Tooltip>{' '}
        · <Hash value={run.sha256} />
      </div>
    </div>
  );
}
