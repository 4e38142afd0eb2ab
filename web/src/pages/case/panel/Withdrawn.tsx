import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useWithdrawals } from '../../../api/withdrawals';
import { Failed } from '../../../components/Failed/Failed';
import { PartyName } from '../../../components/PartySymbol/PartyName';
import { When } from '../../../components/When/When';
import { muText } from '../../../format/area';
import { walkPath } from '../../../url/filters';
import styles from './Claims.module.css';

/** The claims that were withdrawn, with who, when and why; nothing while there are none. */
export function Withdrawn({ number }: { number: string }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const answer = useWithdrawals(number);
  if (answer.isError) return <Failed error={answer.error} onRetry={() => void answer.refetch()} />;
  const items = answer.data ?? [];
  if (items.length === 0) return null;
  return (
    <>
      <Button type="link" size="small" className={styles.more} aria-expanded={shown} onClick={() => setShown(!shown)} data-testid="withdrawn">{t('withdrawal.withdrawn', { count: items.length })}</Button>
      {shown && (
        <ul className={styles.withdrawn} data-testid="withdrawn-list">
          {items.map((w) => (
            <li key={w.id}>
              <PartyName side={w.side} name={w.party} full={w.party} brief /> · {t('case.version', { version: w.version })} · {muText(w.area.ellipsoidal, 2)} {t('unit.mu')}
              <div>{t(`withdrawal.kind_${w.kind}`)}: {w.reason} {w.walk && <Link to={walkPath(number, w.walk)}>{t('withdrawal.seeReading')}</Link>}</div>
              <div className={styles.soft}><When at={w.withdrawn_at} /> · {w.withdrawn_by}</div>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
