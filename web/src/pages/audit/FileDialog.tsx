import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, InputNumber, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, data } from '../../api/client';
import type { Audit, Finding, OverlapDetail } from '../../api/types';
import { Failed } from '../../components/Failed/Failed';
import { fixed } from '../../format/number';
import { casePath } from '../../url/filters';
import styles from './AuditPage.module.css';

interface Props {
  audit: Audit;
  detail: OverlapDetail;
  open: boolean;
  onClose: () => void;
}

/** Makes a case of an overlap, and shows both figures that were filed. */
export function FileDialog({ audit, detail, open, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const names = detail.parcels.map((p) => `${p.layer} ${p.feature}`);
  const [title, setTitle] = useState('');
  const [holders, setHolders] = useState(['', '']);
  const [sigma, setSigma] = useState<number | null>(null);
  const needsSigma = detail.parcels.some((p) => p.sigma_m === undefined);
  const words = (text: string) => text.trim() || undefined;
  const file = useMutation({
    mutationFn: () =>
      data(api.POST('/audits/{audit}/overlaps/{a}/{b}/case', {
        params: { path: { audit: audit.id, a: detail.a, b: detail.b } },
        body: {
          title: words(title) ?? t('audit.caseTitleHint', { a: names[0], b: names[1] }),
          party_a: words(holders[0]!),
          party_b: words(holders[1]!),
          sigma_m: needsSigma ? (sigma ?? undefined) : undefined,
        },
      })),
    onSuccess: () => Promise.all([
      queries.invalidateQueries({ queryKey: ['audit', audit.id, 'overlap'] }),
      queries.invalidateQueries({ queryKey: ['cases'] }),
      queries.invalidateQueries({ queryKey: ['statistics'] }),
    ]),
  });
  const close = () => {
    onClose();
    file.reset();
  };
  const done = file.data;
  return (
    <Modal
      open={open}
      title={t(done ? 'audit.filed' : 'audit.fileTitle')}
      onCancel={close}
      footer={done ? (
        <Button type="primary" onClick={() => void navigate(casePath(done.case))} data-testid="open-filed-case">{t('audit.openCase')}</Button>
      ) : (
        <Button type="primary" loading={file.isPending} disabled={needsSigma && !sigma} onClick={() => file.mutate()} data-testid="file-overlap-ok">{t('audit.file')}</Button>
      )}
    >
      {done ? <Filed finding={done} /> : (
        <div className={styles.form}>
          <p className={styles.explain}>{t('audit.fileExplain')}</p>
          <label>{t('audit.caseTitle')}<Input value={title} maxLength={200} placeholder={t('audit.caseTitleHint', { a: names[0], b: names[1] })} onChange={(e) => setTitle(e.target.value)} /></label>
          {names.map((name, i) => (
            <label key={name + String(i)}>
              {t('audit.party', { side: 'AB'[i] })}
              <Input value={holders[i]} maxLength={200} placeholder={name} data-testid={`holder-${i}`} onChange={(e) => setHolders(holders.map((h, k) => (k === i ? e.target.value : h)))} />
            </label>
          ))}
          {needsSigma && (
            <label>
              {t('audit.sigmaLabel')}
              <InputNumber value={sigma} min={0.001} max={50} step={0.05} style={{ width: '100%' }} data-testid="finding-sigma" onChange={setSigma} />
              <span className={styles.explain}>{t('audit.sigmaHint')}</span>
            </label>
          )}
          {file.isError && <Failed error={file.error} />}
        </div>
      )}
    </Modal>
  );
}

function Filed({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  return (
    <div className={styles.form} data-testid="finding">
      <p><strong className="num">{finding.case}</strong>{finding.status === 'known' && <> {t('audit.known')}</>}</p>
      <dl className={styles.figures}>
        <dt>{t('audit.kernel')}</dt><dd className="num">{fixed(finding.kernel_m2, 4)} m²</dd>
        <dt>PostGIS</dt><dd className="num">{fixed(finding.postgis_m2, 4)} m²</dd>
        <dt>{t('audit.tolerance')}</dt><dd className="num">±{fixed(finding.tolerance_m2, 4)} m²</dd>
      </dl>
      <p className={finding.agree ? styles.agree : styles.differ}>{t(finding.agree ? 'audit.agree' : 'audit.differ')}</p>
    </div>
  );
}
