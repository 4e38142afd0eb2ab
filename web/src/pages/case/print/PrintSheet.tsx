import { useTranslation } from 'react-i18next';
import type { Case } from '../../../api/types';
import { NorthArrow } from '../../../components/MapFurniture/NorthArrow';
import { PartyName } from '../../../components/PartySymbol/PartyName';
import { contestedText, muText } from '../../../format/area';
import { shortParties } from '../../../format/party';
import { timeText } from '../../../format/time';
import { pieceDecimals } from '../pieceText';
import { FixSigns, Swatch } from '../toolbar/Swatch';
import type { Ground } from '../useGround';
import styles from './PrintSheet.module.css';

/** What stands around the map on paper: title, pieces, legend, and which run it shows. */
export function PrintSheet({ item, ground }: { item: Case; ground: Ground }) {
  const { t, i18n } = useTranslation();
  const run = ground.run.data;
  const names = shortParties(item.parties.map((p) => p.name));
  const total = run && contestedText({ nominal: run.nominal.ellipsoidal, core: run.core.ellipsoidal, outer: run.outer.ellipsoidal });
  return (
    <div className={`print-only ${styles.sheet}`}>
      <header className={styles.head}>
        <h1>{item.number}<br />{item.title}</h1>
        <NorthArrow size={30} />
      </header>
      <div className={styles.columns}>
        <table>
          <thead><tr><th>{t('case.pieceNo')}</th><th>{t('case.between')}</th><th className={styles.right}>{t('case.nominalMu')}</th></tr></thead>
          <tbody>
            {run?.pieces.map((p) => (
              <tr key={p.n}>
                <td>{p.n}</td>
                <td>{p.parties.map((name) => names.get(name) ?? name).join('、')}<br />{t(`verdict.${p.verdict}`)}</td>
                <td className={styles.right}>{muText(p.nominal.ellipsoidal, pieceDecimals(p, run))}</td>
              </tr>
            ))}
            {total && <tr className={styles.total}><td colSpan={2}>{t('case.contested')}<br />({t('case.certainTo')})</td><td className={styles.right}>{total.nominal}<br />({total.bounds})</td></tr>}
          </tbody>
        </table>
        <div className={styles.legend}>
          {item.parties.map((p) => <PartyName key={p.id} side={p.side} name={p.name} />)}
          <span><Swatch layer="core" /> {t('map.core')}</span>
          <span><Swatch layer="nominal" /> {t('map.nominal')}</span>
          <span><Swatch layer="outer" /> {t('map.outer')}</span>
          <span><Swatch layer="tolerance" /> {t('verdict.withinBoth')}</span>
          <FixSigns />
        </div>
      </div>
      <footer className={styles.foot}>
        {item.crs && (i18n.language === 'en' ? item.crs.name.en : item.crs.name.zh)}
        {run && ` · ${t('case.run', { number: run.number })} · ${timeText(run.created_at)} · SHA-256 ${run.sha256}`}
      </footer>
    </div>
  );
}
