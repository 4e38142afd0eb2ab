import { Button, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { useOverlaps } from '../../api/queries';
import type { Audit } from '../../api/types';
import table from '../../components/DataTable/DataTable.module.css';
import { Empty } from '../../components/Empty/Empty';
import { Failed } from '../../components/Failed/Failed';
import { Section } from '../../components/Section/Section';
import { count } from '../../format/number';
import { overlapM2Text, overlapMuText } from '../../format/overlap';
import type { Pair } from '../../url/auditState';
import styles from './AuditPage.module.css';

interface Props {
  audit: Audit;
  over: number;
  chosen: Pair | null;
  onPick: (pair: Pair) => void;
}

/** The overlaps, largest first, page by page. */
export function OverlapList({ audit, over, chosen, onPick }: Props) {
  const { t } = useTranslation();
  const answer = useOverlaps(audit.id, over, audit.sha256 ?? `${audit.done}`);
  const rows = answer.data?.pages.flatMap((p) => p.items);
  const total = audit.pairs_by_threshold[String(over)];
  return (
    <Section title={t('audit.overlaps')} extra={rows && total !== undefined && rows.length > 0 ? `${count(rows.length)} / ${count(total)}` : undefined} testID="overlaps">
      {answer.isError ? (
        <Failed error={answer.error} onRetry={() => void answer.refetch()} />
      ) : !rows ? (
        <Skeleton active title={false} paragraph={{ rows: 6 }} />
      ) : rows.length === 0 ? (
        <Empty size="section" title={t(over > 0 ? 'audit.noneOver' : 'audit.none')} hint={t(over > 0 ? 'audit.noneOverHint' : 'audit.noneHint')} />
      ) : (
        <>
          <p className={styles.note}>{t('audit.overlapsHint')}</p>
          <table className={table.table} aria-busy={answer.isPlaceholderData}>
            <thead>
              <tr>
                <th>{t('audit.parcelA')}</th><th>{t('audit.parcelB')}</th>
                <th className={table.right}>{t('audit.area')}</th><th className={table.right}>{t('audit.areaM2')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((o) => {
                const isChosen = chosen?.a === o.a && chosen.b === o.b;
                return (
                  <tr key={o.id} className={`${table.pick} ${isChosen ? table.chosen : ''}`} aria-current={isChosen || undefined} onClick={() => onPick(o)} data-overlap={o.id}>
                    <td className="num"><button type="button" className={styles.rowButton}>{o.a}</button></td>
                    <td className="num">{o.b}</td>
                    <td className={table.right}>{overlapMuText(o.m2)}</td>
                    <td className={table.right}>{overlapM2Text(o.m2)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          {answer.hasNextPage && <Button block style={{ marginTop: 8 }} loading={answer.isFetchingNextPage} onClick={() => void answer.fetchNextPage()} data-testid="more-overlaps">{t('audit.more')}</Button>}
        </>
      )}
    </Section>
  );
}
