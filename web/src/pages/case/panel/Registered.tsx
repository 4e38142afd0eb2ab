import { Button, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRegistered } from '../../../api/queries';
import type { ClaimFeature } from '../../../api/types';
import table from '../../../components/DataTable/DataTable.module.css';
import { Empty } from '../../../components/Empty/Empty';
import { Failed } from '../../../components/Failed/Failed';
import { PartySymbol } from '../../../components/PartySymbol/PartySymbol';
import { Section } from '../../../components/Section/Section';
import { muText, sigmaDecimals } from '../../../format/area';
import type { Ground } from '../useGround';

const few = 6;

/** The registered parcels under the claims: what a certificate says of the ground. */
export function Registered({ claims }: { claims: Ground['claims'] }) {
  return claims.data && claims.data.features.length > 0 ? <Parcels claims={claims.data.features} /> : null;
}

function Parcels({ claims }: { claims: ClaimFeature[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const answers = useRegistered(claims);
  const failed = answers.find((a) => a.isError);
  if (failed) return <Section title={t('case.registered')}><Failed error={failed.error} onRetry={() => void failed.refetch()} /></Section>;
  if (answers.some((a) => !a.data)) return <Section title={t('case.registered')}><Skeleton active title={false} paragraph={{ rows: 2 }} /></Section>;
  const rows = answers.flatMap((a, i) => a.data!.map((parcel) => ({ ...parcel, side: claims[i]!.properties.side })));
  rows.sort((a, b) => b.area.ellipsoidal.m2 - a.area.ellipsoidal.m2);
  const shown = all ? rows : rows.slice(0, few);
  return (
    <Section title={t('case.registered')} extra={rows.length || undefined} testID="registered">
      {rows.length === 0 ? (
        <Empty size="section" title={t('case.noRegistered')} hint={t('case.noRegisteredHint')} />
      ) : (
        <>
          <table className={table.table}>
            <thead><tr><th /><th>{t('case.register')}</th><th className={table.right}>{t('case.parcel')}</th><th className={table.right}>{t('case.underClaim')} ({t('unit.mu')})</th></tr></thead>
            <tbody>
              {shown.map(({ layer, feature, side, area }) => (
                <tr key={`${side} ${layer} ${feature}`}>
                  <td><PartySymbol side={side} /></td>
                  <td className={table.grow} title={layer}>{layer}</td>
                  <td className={`${table.right} num`}>{feature}</td>
                  <td className={table.right}>{muText(area.ellipsoidal, sigmaDecimals(area.ellipsoidal))}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {rows.length > shown.length && <Button type="link" size="small" onClick={() => setAll(true)}>{t('case.allParcels', { count: rows.length })}</Button>}
        </>
      )}
    </Section>
  );
}
