import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import table from '../../../components/DataTable/DataTable.module.css';
import { Empty } from '../../../components/Empty/Empty';
import { Failed } from '../../../components/Failed/Failed';
import { PartyName } from '../../../components/PartySymbol/PartyName';
import { Section } from '../../../components/Section/Section';
import { muText, sigmaDecimals } from '../../../format/area';
import { shortParties } from '../../../format/party';
import { sigmaText } from '../../../format/length';
import { zh } from '../../../i18n/zh';
import type { Ground } from '../useGround';

/** The live claims with the accuracy of their lines. */
export function Claims({ claims }: { claims: Ground['claims'] }) {
  const { t } = useTranslation();
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
            {features.map(({ id, properties: p }) => (
              <tr key={id}>
                <td className={table.grow}>
                  <PartyName side={p.side} name={names.get(p.party) ?? p.party} full={p.party} brief />
                  <div className={table.soft}>{t('case.version', { version: p.version })} · {p.source in zh.claimSource ? t(`claimSource.${p.source as 'walk'}`) : p.source}</div>
                </td>
                <td className={table.right}>{sigmaText(p.sigma_m)}</td>
                <td className={table.right}>{muText(p.area.ellipsoidal, sigmaDecimals(p.area.ellipsoidal))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
