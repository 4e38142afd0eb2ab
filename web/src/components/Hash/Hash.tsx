import { shortHash } from '../../format/hash';
import { Copy } from '../Copy/Copy';
import styles from './Hash.module.css';

/** The start of a SHA-256; the whole on hover, and to copy. */
export function Hash({ value, label }: { value: string; label?: string }) {
  return (
    <span className={styles.hash} title={`SHA-256 ${value}`}>
      {label && <span className={styles.label}>{label}</span>}
      <span className="mono">{shortHash(value)}…</span>
      <Copy text={value} />
    </span>
  );
}
