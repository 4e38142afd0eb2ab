import { AimOutlined, DeleteOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { lonLatText } from '../../format/coordinate';
import type { Pair, Place } from './pairs';
import styles from './Walk.module.css';

interface Props {
  pairs: readonly Pair[];
  half: Place | null; // walked, and not yet found on the picture
  marking: boolean;
  onMarking: (on: boolean) => void;
  onPairs: (pairs: readonly Pair[]) => void;
}

/** Places that a person finds twice: on the line, and as a feature of the picture. They tell whether the line is displaced. */
export function Landmarks({ pairs, half, marking, onMarking, onPairs }: Props) {
  const { t } = useTranslation();
  return (
    <div className="no-print" data-testid="landmarks-part">
      <p className={styles.faint}>{t('walkReport.markHint')}</p>
      <Button size="small" type={marking ? 'primary' : 'default'} icon={<AimOutlined />} aria-pressed={marking} onClick={() => onMarking(!marking)} data-testid="mark-places">{t(marking ? 'walkReport.markEnd' : 'walkReport.mark')}</Button>
      {marking && <p role="status">{t(half ? 'walkReport.markTrue' : 'walkReport.markWalked')}</p>}
      <ol className={styles.notes}>
        {pairs.map((p, i) => (
          <li key={i}>
            <span className="num">{lonLatText(...p.walked)} → {lonLatText(...p.true)}</span>{' '}
            <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={t('walkReport.markRemove', { n: i + 1 })} onClick={() => onPairs(pairs.filter((_, k) => k !== i))} />
          </li>
        ))}
      </ol>
    </div>
  );
}
