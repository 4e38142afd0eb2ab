import { CheckCircleFilled, CloseCircleFilled, DownloadOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, apiBase, data } from '../../../api/client';
import type { Evidence, Run } from '../../../api/types';
import table from '../../../components/DataTable/DataTable.module.css';
import { Empty } from '../../../components/Empty/Empty';
import { Failed } from '../../../components/Failed/Failed';
import { Hash } from '../../../components/Hash/Hash';
import { Section } from '../../../components/Section/Section';
import { When } from '../../../components/When/When';
import { bytesText } from '../../../format/length';
import type { Ground } from '../useGround';
import styles from './Panel.module.css';

/** The evidence of the case, whether its chain verifies, and the bundle to take away. */
export function EvidenceChain({ number, ground }: { number: string; ground: Ground }) {
  const { evidence, run } = ground;
  const { t } = useTranslation();
  if (evidence.isError) return <Section title={t('case.evidence')}><Failed error={evidence.error} onRetry={() => void evidence.refetch()} /></Section>;
  if (!evidence.data) return <Section title={t('case.evidence')}><Skeleton active title={false} paragraph={{ rows: 4 }} /></Section>;
  const { items, chain } = evidence.data;
  const unfiled = run.data && !items.some((e) => e.kind === 'run' && e.subject === run.data?.id) ? run.data : null;
  const bundle = items.some((e) => e.kind === 'run');
  return (
    <Section
      title={t('case.evidence')}
      extra={items.length > 0 && <span data-testid="evidence-count" data-count={items.length}>{t('case.evidenceCount', { count: items.length })}</span>}
      testID="evidence"
    >
      {items.length === 0 ? (
        <Empty size="section" title={t('case.noEvidence')} hint={t('case.noRunHint')} />
      ) : (
        <>
          <div className={chain.verified ? styles.chainOk : styles.chainBroken} data-testid="chain">
            {chain.verified ? <CheckCircleFilled /> : <CloseCircleFilled />} {t(chain.verified ? 'case.chainOk' : 'case.chainBroken')}
            {chain.fault && <div>{chain.fault}</div>}
          </div>
          {chain.head && <Hash value={chain.head} label={t('case.chainHead')} />}
          <ol className={styles.list}>
            {items.map((e) => <Item key={e.id} item={e} />)}
          </ol>
        </>
      )}
      {unfiled && <FileRun number={number} run={unfiled} />}
      {bundle && (
          <Button className={styles.bundle} block icon={<DownloadOutlined />} href={`${apiBase}/cases/${encodeURIComponent(number)}/evidence.zip`} download data-testid="bundle">
            {t('case.bundle')}
          </Button>
      )}
    </Section>
  );
}

/** Files the newest run as evidence: a person says that it counts. */
function FileRun({ number, run }: { number: string; run: Run }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const file = useMutation({
    mutationFn: () => data(api.POST('/cases/{number}/evidence', { params: { path: { number } }, body: { run: run.id } })),
    onSuccess: () => {
      void message.success(t('case.filed'));
      return client.invalidateQueries({ queryKey: ['case', number, 'evidence'] });
    },
  });
  return (
    <div className={styles.bundle}>
      <Button block loading={file.isPending} onClick={() => file.mutate()} data-testid="file-run">{t('case.fileRun', { number: run.number })}</Button>
      <p className={table.soft}>{t('case.fileRunHint')}</p>
      {file.isError && <Failed error={file.error} />}
    </div>
  );
}

function Item({ item }: { item: Evidence }) {
  const { t } = useTranslation();
  const size = item.files?.find((f) => f.role === 'original')?.size ?? item.size;
  return (
    <li className={styles.evidence}>
      <span className={`${styles.seq} num`}>{item.seq}</span>
      <div>
        <div className={styles.evidenceTitle}>{item.title}</div>
        <div className={styles.evidenceFacts}>
          <When at={item.filed_at} />
          <span>{item.filed_by}</span>
          <span>{t(`evidence.${item.kind}`)}</span>
          {size !== undefined && <span className="num">{bytesText(size)}</span>}
        </div>
        <div className={styles.evidenceFacts}>
          <Hash value={item.sha256} label={t('case.content')} />
          <Hash value={item.link_sha256} label={t('case.link')} />
        </div>
      </div>
    </li>
  );
}
