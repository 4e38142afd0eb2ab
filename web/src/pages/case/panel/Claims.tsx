import { Button, Skeleton } from 'antd';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ClaimFeature } from '../../../api/types';
import table from '../../../components/DataTable/DataTable.module.css';
import { Empty } from '../../../components/Empty/Empty';
import { Failed } from '../../../components/Failed/Failed';
import { PartyName } from '../../../components/PartySymbol/PartyName';
import { Section } from '../../../components/Section/Section';
import { muText, sigmaDecimals } from '../../../format/area';
import { sigmaText } from '../../../format/length';
import { shortParties } from '../../../format/party';
import { zh } from '../../../i18n/zh';
import { walkPath } from '../../../url/filters';
import { datumName } from '../../walk/told';
import { WithdrawDialog } from '../dialogs/WithdrawDialog';
import type { Ground } from '../useGround';
import styles from './Claims.module.css';
import { Withdrawn } from './Withdrawn';

interface Props {
  number: string;
  claims: Ground['claims'];
  open: boolean; // the case takes changes
}

/** The live claims with the accuracy of their lines, and what was withdrawn. */
export function Claims({ number, claims, open }: Props) {
  const { t } = useTranslation();
  const [leaving, setLeaving] = useState<ClaimFeature | null>(null);
  if (claims.isError) return <Section title={t('case.claims')}><Failed error={claims.error} onRetry={() => void claims.refetch()} /></Section>;
  if (!claims.data) return <Section title={t('case.claims')}><Skeleton active title={false} paragraph={{ rows: 2 }} /></Section>;
  const features = claims.data.features;
  const names = shortParties(features.map((f) => f.properties.party));
  return (
    <Section title={t('case.claims')} extra={features.length || undefined} testID="claims">
      {features.length === 0 ? (
        <Empty size="section" title={t('case.noClaims')} hint={t('case.noRunHint')} />
      ) : (
        <table className={table.table}>
          <thead><tr><th>{t('upload.party')}</th><th className={table.right}>{t('case.sigma')}</th><th className={table.right}>{t('case.area')} ({t('unit.mu')})</th></tr></thead>
          <tbody>
            {features.map((claim) => {
              const p = claim.properties;
              return (
                <Fragment key={claim.id}>
                  <tr className={p.doubt && styles.doubted}>
                    <td className={table.grow}>
                      <PartyName side={p.side} name={names.get(p.party) ?? p.party} full={p.party} brief />
                      <div className={table.soft}>
                        {t('case.version', { version: p.version })} · {p.source in zh.claimSource ? t(`claimSource.${p.source as 'walk'}`) : p.source}
                        {open && <Button type="link" size="small" className={styles.withdraw} onClick={() => setLeaving(claim)} data-testid={`withdraw-${p.side}`}>{t('withdrawal.withdraw')}</Button>}
                      </div>
                    </td>
                    <td className={table.right}>{sigmaText(p.sigma_m)}<div className={table.soft} data-testid={`class-${p.side}`}>{t(`walk.class_${p.class}`)}</div></td>
                    <td className={table.right}>{muText(p.area.ellipsoidal, sigmaDecimals(p.area.ellipsoidal))}</td>
                  </tr>
                  {p.doubt && (
                    <tr>
                      <td colSpan={3}>
                        <div className={styles.doubt} data-testid={`doubt-${p.side}`}>
                          <strong>{t('withdrawal.doubt', { datum: datumName(p.doubt.datum) })}</strong> {t('withdrawal.doubtHint', { datum: datumName(p.doubt.datum) })}{' '}
                          <Link to={walkPath(number, p.doubt.walk)}>{t('withdrawal.seeReading')}</Link>
                        </div>
                      </td>
                    </tr>
                  )}
                </Fragment>
              );
            })}
          </tbody>
        </table>
      )}
      <Withdrawn number={number} />
      {leaving && <WithdrawDialog claim={leaving} onClose={() => setLeaving(null)} />}
    </Section>
  );
}
