import type { ReactNode } from 'react';
import styles from './Section.module.css';

interface Props {
  title: string;
  extra?: ReactNode;
  children: ReactNode;
  testID?: string;
}

/** A titled part of the panel. */
export function Section({ title, extra, children, testID }: Props) {
  return (
    <section className={styles.section} data-testid={testID}>
      <header className={styles.head}>
        <h3 className={styles.title}>{title}</h3>
        {extra && <div className={styles.extra}>{extra}</div>}
      </header>
      {children}
    </section>
  );
}
