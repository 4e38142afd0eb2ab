import { Outlet } from 'react-router';
import { Rail } from './Rail';
import styles from './Shell.module.css';
import { TopBar } from './TopBar';

/** The frame of every desk view: top bar, icon rail, and the page. */
export function Shell() {
  return (
    <div className={styles.shell}>
      <TopBar />
      <Rail />
      <main className={styles.page}>
        <Outlet />
      </main>
    </div>
  );
}
