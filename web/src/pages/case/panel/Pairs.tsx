import { useTranslation } from 'react-i18next';
import type { Pair } from '../../../api/types';
import table from '../../../components/DataTable/DataTable.module.css';
import { PartyName } from '../../../components/PartySymbol/PartyName';
import { Section } from '../../../components/Section/Section';
import { contestedText } from '../../../format/area';
import styles from './Panel.module.css';

/** What each two parties contest; ground that three claim stands in several rows. */
export function Pairs({ pairs }: { pairs: Pair[] }) {
  const { t } = useTranslation();
  return (
    <Section title={t('case.pairs')}>
      <table className={table.table}>
        <thead><tr><th>{t('case.between')}</th><th className={table.right}>{t('case.boundsMu')}</th></tr></thead>
        <tbody>
          {pairs.map((pair) => {
            const text = contestedText({ nominal: pair.nominal.ellipsoidal, core: pair.core.ellipsoidal, outer: pair.outer.ellipsoidal });
            return (
              <tr key={pair.sides.join()}>
                <td className={table.grow}><div className={styles.partyList}>{pair.parties.map((name, i) => <PartyName key={name} side={pair.sides[i] ?? 1} name={name} brief />)}</div></td>
                <td className={table.right}>
                  <span className={styles.nominal}>{text.nominal}</span>
                  <div className={table.soft}>{text.bounds}</div>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className={table.soft}>{t('case.pairsHint')}</p>
    </Section>
  );
}
