import type { ReactNode } from 'react';
import styles from './Empty.module.css';

interface Props {
  title: string;
  hint?: string;
  action?: ReactNode;
  size?: 'page' | 'section';
}

/** What an empty place says: that it is empty, and what to do first. */
export function Empty({ title, hint, action, size = 'page' }: Props) {
  return (
    <div className={`${styles.empty} ${styles[size]}`}>
      {size === 'page' && <Stone />}
      <p className={styles.title}>{title}</p>
      {hint && <p className={styles.hint}>{hint}</p>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}

/** A boundary stone on a ridge, in outline. */
function Stone() {
  return (
    <svg width="120" height="72" viewBox="0 0 120 72" fill="none" stroke="#B9C4CF" strokeWidth="1.6" strokeLinecap="round" aria-hidden="true">
      <path d="M4 62c18-10 30-10 48-4s36 6 64-10" />
      <path d="M14 68c20-6 36-6 54-2s28 2 40-4" strokeDasharray="2 5" />
      <path d="M50 58V32c0-7 4.500-12 10-12s10 5 10 12v28" fill="#F5F7F9" />
      <path d="M60 30v16M54.500 37h11" />
    </svg>
  );
}
