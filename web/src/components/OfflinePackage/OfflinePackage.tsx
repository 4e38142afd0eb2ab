import { DownloadOutlined } from '@ant-design/icons';
import { Button, Popconfirm, Progress, Radio, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { apiBase } from '../../api/client';
import { problemOfJob } from '../../api/jobs';
import { useOfflinePackages, type PackageSubject } from '../../api/packages';
import { ProblemError } from '../../api/problem';
import type { Job, PackageFormat, TilePackage } from '../../api/types';
import { bytesText, durationText } from '../../format/length';
import { count } from '../../format/number';
import { Failed } from '../Failed/Failed';
import { When } from '../When/When';
import styles from './OfflinePackage.module.css';

/**
 * Orders a package of map tiles for people without a network, says how far it is, and
 * offers those that are made. `version` changes whenever the thing looks otherwise.
 */
export function OfflinePackage({ of, version }: { of: PackageSubject; version: string }) {
  const { t, i18n } = useTranslation();
  const { list, job, open, order, dismiss } = useOfflinePackages(of, version);
  const [format, setFormat] = useState<PackageFormat>('jpeg');
  if (list.isError) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.data) return <Skeleton active title={false} paragraph={{ rows: 2 }} />;
  const picture = 'orthophoto' in of;
  const made = list.data.items;
  const problem = job && job.state !== 'dismissed' ? problemOfJob(job, i18n.language) : null;
  const there = made.some((p) => p.current && (!picture || p.format === format));
  const again = problem ? 'again' : made.some((p) => !p.current) ? 'orderAnew' : 'order';
  return (
    <div className={`${styles.package} ${picture ? styles.boxed : ''}`} data-testid="offline-package">
      <p className={styles.hint}>{t(picture ? 'offlinePackage.photoHint' : 'offlinePackage.auditHint')}</p>
      {picture && !open && (
        <Radio.Group className={styles.formats} value={format} onChange={(e) => setFormat(e.target.value as PackageFormat)} aria-label={t('offlinePackage.format')}>
          <Radio value="jpeg">{t('offlinePackage.jpeg')}</Radio>
          <Radio value="png" data-testid="package-png">{t('offlinePackage.png')}</Radio>
        </Radio.Group>
      )}
      {problem && !open && <Failed error={new ProblemError(problem)} />}
      {order.isError && <Failed error={order.error} />}
      {dismiss.isError && <Failed error={dismiss.error} />}
      {open && job && <Making job={job} onDismiss={() => dismiss.mutate(job.id)} dismissing={dismiss.isPending} />}
      {!open && !there && (
        <div>
          <Button type="primary" size="small" loading={order.isPending} onClick={() => order.mutate(format)} data-testid="order-package">{t(`offlinePackage.${again}`)}</Button>
        </div>
      )}
      {made.length > 0 && (
        <div>
          {made.map((p) => <Made key={p.id} made={p} />)}
          <p className={styles.hint}>{t('offlinePackage.removedHint')}</p>
        </div>
      )}
    </div>
  );
}

/** How far a package is. */
function Making({ job, onDismiss, dismissing }: { job: Job; onDismiss: () => void; dismissing: boolean }) {
  const { t } = useTranslation();
  const left = job.eta ? Math.max(0, (Date.parse(job.eta) - Date.now()) / 1000) : 0;
  const stage = job.stage === 'tiles' ? 'drawing' : job.stage === 'save' ? 'saving' : 'waiting';
  return (
    <div data-testid="package-progress">
      <Progress percent={Math.floor(job.progress)} size="small" />
      <div className={styles.row}>
        <span className="num">{t(`offlinePackage.${stage}`)}{left > 0 && ` · ${t('offlinePackage.left', { left: durationText(left) })}`}</span>
        <Popconfirm title={t('offlinePackage.dismissSure')} okText={t('common.yes')} cancelText={t('common.no')} onConfirm={onDismiss}>
          <Button size="small" type="link" danger loading={dismissing} data-testid="dismiss-package">{t('offlinePackage.dismiss')}</Button>
        </Popconfirm>
      </div>
    </div>
  );
}

/** A package that can be downloaded, with what it is worth. */
function Made({ made: p }: { made: TilePackage }) {
  const { t } = useTranslation();
  return (
    <div className={styles.one} data-package={p.id}>
      <span className={styles.name}>{p.filename}</span>
      <Button size="small" icon={<DownloadOutlined />} href={`${apiBase}/packages/${encodeURIComponent(p.id)}/mbtiles`} data-testid="download-package">
        {t('offlinePackage.download')} <span className="num">{bytesText(p.size_bytes)}</span>
      </Button>
      <div className={styles.facts}>
        <span className="num">{t('offlinePackage.facts', { from: p.min_zoom, to: p.max_zoom, tiles: count(p.tiles) })}{p.format !== 'pbf' && ` · ${p.format.toUpperCase()}`}</span>
        {p.reference_only && <span className={styles.doubt}>{t('offlinePackage.referenceOnly')}</span>}
        {p.shifted && <span className={styles.doubt}>{t('offlinePackage.shifted')}</span>}
        <span>{t('offlinePackage.madeAt')} <When at={p.made_at} /></span>
      </div>
      {!p.current && <span className={styles.stale} data-testid="package-stale">{t(p.audit === undefined ? 'offlinePackage.photoStale' : 'offlinePackage.auditStale')}</span>}
    </div>
  );
}
