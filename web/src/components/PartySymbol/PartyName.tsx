import { useTranslation } from 'react-i18next';
import styles from './PartyName.module.css';
import { PartySymbol } from './PartySymbol';

interface Props {
  side: number;
  name: string;
  full?: string; // the whole name where `name` is a short one
  brief?: boolean; // without the side in words
}

/** A party with its sign; the whole name on hover. */
export function PartyName({ side, name, full, brief }: Props) {
  const { t } = useTranslation();
  const sideWord = side <= 6 ? t(`side.${side as 1}`) : String(side);
  return (
    <span className={styles.party} title={`${sideWord} ${full ?? name}`}>
      <PartySymbol side={side} />
      <span className={styles.name}>{name}</span>
      {!brief && <span className={styles.side}>{sideWord}</span>}
    </span>
  );
}
