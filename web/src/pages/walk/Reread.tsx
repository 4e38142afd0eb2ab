import { Button, Collapse, Spin } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, data } from '../../api/client';
import { endOfJob, JobStream, problemOfJob } from '../../api/jobs';
import { ProblemError } from '../../api/problem';
import type { Case, Walk } from '../../api/types';
import { Failed } from '../../components/Failed/Failed';
import { type Fields, lacksOf } from '../../upload/item';
import { walkPath } from '../../url/filters';
import { WalkPurpose } from '../case/upload/WalkPurpose';
import { bodyOf, fieldsOf } from './reading';
import styles from './Walk.module.css';

interface Props {
  walk: Walk;
  item: Case;
  landmarks: readonly string[]; // marked on the map: walked=true
}

/** Reads the file anew, told otherwise; what comes of it is a report of its own. */
export function Reread({ walk, item, landmarks }: Props) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [said, setSaid] = useState<Fields>(() => fieldsOf(walk));
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const stop = useRef(new AbortController());
  useEffect(() => {
    stop.current = new AbortController();
    return () => stop.current.abort();
  }, []);
  const fields = useMemo(() => (landmarks.length > 0 ? { ...said, landmark: landmarks.join(';') } : said), [said, landmarks]);
  const lacking = lacksOf(fields);
  const read = async () => {
    setBusy(true);
    setFailed(null);
    const stream = new JobStream(walk.case);
    try {
      const job = await data(api.POST('/walks/{id}/readings', { params: { path: { id: walk.id } }, body: bodyOf(fields) }));
      const ended = await endOfJob(job.id, stream, () => undefined, stop.current.signal);
      const problem = problemOfJob(ended, i18n.language);
      if (problem) throw new ProblemError(problem);
      await cache.invalidateQueries({ queryKey: ['case', walk.case] });
      if (ended.outcome?.walk) void navigate(walkPath(walk.case, ended.outcome.walk));
    } catch (error) {
      if (!stop.current.signal.aborted) setFailed(error);
    } finally {
      stream.close();
      if (!stop.current.signal.aborted) setBusy(false);
    }
  };
  return (
    <section className={`${styles.part} no-print`} data-testid="walk-reread">
      <h2>{t('walkReport.reread')}</h2>
      <p className={styles.faint}>{t('walkReport.rereadHint')}</p>
      <Collapse
        ghost
        size="small"
        defaultActiveKey={landmarks.length > 0 ? ['how'] : []}
        items={[{ key: 'how', label: t('upload.how'), children: <div className={styles.form}><WalkPurpose fields={fields} of={item} onSay={(more) => setSaid({ ...fields, ...more })} bare /></div> }]}
      />
      {failed !== null && <Failed error={failed} onRetry={() => void read()} />}
      <Button onClick={() => void read()} disabled={busy || lacking !== null} icon={busy ? <Spin size="small" /> : undefined} data-testid="reread">{t('walkReport.readAgain')}</Button>
      {lacking === 'consent' && <p className={styles.faint}>{t('walkUpload.needConsent')}</p>}
    </section>
  );
}
