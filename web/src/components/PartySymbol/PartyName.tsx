import { useTranslation } from 'react-i18next';
import styles from './PartyName.module.css';
import { PartySymbol } from './PartySymbol';

/** A party with its sign; the side in words unless there is no room. */
export function PartyName({ side, name, brief }: { side: number; name: string; brief?: boolean }) {
  const { t } = useTranslation();
  const sideWord = side <= 6 ? t(`side.${side as 1}`) : String(side);
  return (
    <span className={styles.party} title={`${sideWord} ${name}`}>
      <PartySymbol side={side} />
      <span className={styles.name}>{name}</span>
      {!brief && <span className={styles.side}>{sideWord}</span>}
    </span>
  );
}
