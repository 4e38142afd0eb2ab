import { useTranslation } from 'react-i18next';
import type { Case } from '../../../api/types';
import { Copy } from '../../../components/Copy/Copy';
import { PartyName } from '../../../components/PartySymbol/PartyName';
import { KindTag, StatusTag, ThreeCrossTag } from '../../../components/Tags/Tags';
import { Moves } from './Moves';
import styles from './Panel.module.css';

/** Number, title, tags, where and when; then the moves. */
export function Head({ item, etag }: { item: Case; etag: string }) {
  const { t } = useTranslation();
  const areas = item.areas.map((a) => a.name).join('、');
  return (
    <header className={styles.head}>
      <div className={styles.number}>
        <span className="num" data-testid="case-number">{item.number}</span>
        <Copy text={item.number} />
      </div>
      <h1 className={styles.title}>{item.title}</h1>
      <div className={styles.tags}>
        <StatusTag status={item.status} />
        <KindTag kind={item.kind} />
        <ThreeCrossTag crossing={item.three_cross} names={areas} />
      </div>
      <dl className={styles.facts}>
        {areas && <><dt>{t('cases.areas')}</dt><dd>{areas}</dd></>}
        {item.parties.length > 0 && (
          <>
            <dt>{t('case.parties')}</dt>
            <dd>{item.parties.map((p) => <div key={p.id}><PartyName side={p.side} name={p.name} /></div>)}</dd>
          </>
        )}
        <dt>{t('case.acceptedOn')}</dt>
        <dd className="num">{item.accepted_on}{item.resolved_on && ` · ${t('case.resolvedOn')} ${item.resolved_on}`}</dd>
      </dl>
      <Moves item={item} etag={etag} />
    </header>
  );
}
