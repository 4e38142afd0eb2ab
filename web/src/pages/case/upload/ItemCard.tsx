import { CloseOutlined, PauseOutlined, CaretRightOutlined } from '@ant-design/icons';
import { Alert, Button, Popconfirm, Progress, Tooltip } from 'antd';
import type { TFunction } from 'i18next';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOfJob } from '../../../api/jobs';
import { ProblemError } from '../../../api/problem';
import type { Case } from '../../../api/types';
import { Failed } from '../../../components/Failed/Failed';
import { bytesText, durationText } from '../../../format/length';
import type { Desk } from '../../../upload/desk';
import { type Item, lacks } from '../../../upload/item';
import type { Ground } from '../useGround';
import { Purpose } from './Purpose';
import { Result } from './Result';
import styles from './Upload.module.css';
import { canChoose, WalkChoice } from './WalkChoice';
import { canDeclare, PictureChoice } from './PictureChoice';

interface Props {
  item: Item;
  of: Case;
  ground: Ground;
  desk: Desk;
  onOneParty?: (party: string) => void;
}

/** One file: what it is to become, how far it is, and what became of it. */
export function ItemCard({ item, of, ground, desk, onOneParty }: Props) {
  const { t } = useTranslation();
  const { phase, name, key } = item;
  const going = phase === 'queued' || phase === 'hashing' || phase === 'sending' || phase === 'offline';
  const say = (fields: Item['fields']) => desk.say(key, fields);
  return (
    <li className={styles.item} data-testid="upload-item" data-phase={phase}>
      <div className={styles.head}>
        <span className={styles.name} title={name}>{name}</span>
        <span className={styles.size}>{bytesText(item.size)}</span>
        {going && <Act icon={<PauseOutlined />} label={t('upload.pause', { name })} onClick={() => desk.pause(key)} testID="pause" />}
        {phase === 'paused' && <Act icon={<CaretRightOutlined />} label={t('upload.resume', { name })} onClick={() => desk.start(key)} testID="resume" />}
        <Remove item={item} onRemove={() => void desk.remove(key)} />
      </div>
      {(phase === 'asked' || (phase === 'missing' && lacks(item))) && <Purpose item={item} of={of} onSay={say} onOneParty={onOneParty} />}
      {phase === 'asked' && item.whole && <p className={styles.hint}>{t('upload.wholeBefore')}</p>}
      {phase === 'missing' && <Missing item={item} onFile={(file) => desk.bring(key, file)} />}
      {(going || phase === 'paused' || phase === 'judging') && <State item={item} />}
      {phase === 'refused' && <Refused item={item} of={of} desk={desk} />}
      {phase === 'ready' && item.job && <Result job={item.job} of={of} ground={ground} />}
    </li>
  );
}

function Act({ icon, label, onClick, testID }: { icon: React.ReactNode; label: string; onClick: () => void; testID: string }) {
  return <Tooltip title={label}><Button size="small" type="text" icon={icon} aria-label={label} onClick={onClick} data-testid={testID} /></Tooltip>;
}

/** Takes the file off the list; if bytes of it were sent and nothing is made of them, it asks before. */
function Remove({ item: { phase, name, upload }, onRemove }: { item: Item; onRemove: () => void }) {
  const { t } = useTranslation();
  const label = t(phase === 'ready' ? 'upload.putAway' : upload ? 'upload.giveUp' : 'upload.takeOff', { name });
  const asks = upload !== null && phase !== 'ready' && phase !== 'refused';
  return (
    <Popconfirm title={label} description={t('upload.giveUpAsk')} disabled={!asks} onConfirm={onRemove} okText={t('common.yes')} cancelText={t('common.no')}>
      <Button size="small" type="text" icon={<CloseOutlined />} aria-label={label} title={label} onClick={asks ? undefined : onRemove} data-testid="remove" />
    </Popconfirm>
  );
}

function stateText({ phase, whole, job }: Item, t: TFunction): string {
  switch (phase) {
    case 'hashing': return t('upload.hashing');
    case 'sending': return t(whole ? 'upload.arrived' : 'upload.sending');
    case 'paused': return t('upload.paused');
    case 'offline': return t('upload.offline');
    case 'judging': return t(job?.state === 'accepted' ? 'upload.waiting' : 'upload.checking');
    default: return t('upload.queued');
  }
}

function State({ item }: { item: Item }) {
  const { t } = useTranslation();
  const text = stateText(item, t);
  const left = item.phase === 'judging' && item.job?.eta ? Math.max(0, (Date.parse(item.job.eta) - Date.now()) / 1000) : 0;
  const active = item.phase !== 'paused' && item.phase !== 'offline' && item.phase !== 'queued';
  return (
    <div>
      <Progress percent={Math.floor(item.done * 100)} status={active ? 'active' : 'normal'} aria-label={`${item.name}: ${text}`} data-testid="progress" />
      {/* Said aloud when the words change, not with each per cent. */}
      <p className={styles.hint} role="status">{text}</p>
      {left > 0 && <p className={styles.hint}>{t('upload.left')} {durationText(left)}</p>}
    </div>
  );
}

/** An upload from before: asks for the same file, and nothing else. */
function Missing({ item, onFile }: { item: Item; onFile: (file: File) => void }) {
  const { t } = useTranslation();
  return (
    <Alert
      type={item.other ? 'warning' : 'info'}
      showIcon
      title={t(item.other ? 'upload.otherFile' : 'upload.unfinished', { percent: Math.floor(item.done * 100) })}
      description={
        <>
          <p>{t('upload.sameFile', { name: item.name })}{item.fields.kind === 'flight' && ` ${t('upload.sameFolder')}`}</p>
          <SameFile onFile={onFile} />
        </>
      }
    />
  );
}

function SameFile({ onFile }: { onFile: (file: File) => void }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const take = (from: HTMLInputElement) => {
    const file = from.files?.[0];
    from.value = ''; // the same file may be chosen again
    if (file) onFile(file);
  };
  return (
    <>
      <Button size="small" onClick={() => input.current?.click()}>{t('upload.chooseSame')}</Button>
      <input ref={input} type="file" hidden aria-hidden="true" tabIndex={-1} onChange={(e) => take(e.target)} data-testid="same-file" />
    </>
  );
}

/** Why, what to do, and where a choice answers it, the choice. The file need not be sent again if the server has it. */
function Refused({ item, of, desk }: { item: Item; of: Case; desk: Desk }) {
  const { t, i18n } = useTranslation();
  const problem = item.problem ?? (item.job && problemOfJob(item.job, i18n.language));
  if (!problem) return null;
  const again = () => desk.start(item.key);
  if (canChoose(problem)) {
    return (
      <WalkChoice
        problem={problem}
        busy={false}
        onTold={(told) => {
          const said = Object.entries(told).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]);
          desk.say(item.key, Object.fromEntries(said) as Item['fields']);
          again();
        }}
      />
    );
  }
  if (item.fields.kind === 'orthophoto' && canDeclare(problem)) {
    return (
      <PictureChoice
        problem={problem}
        of={of}
        told={item.fields}
        why={<Failed error={new ProblemError(problem)} />}
        onTold={(told) => {
          desk.say(item.key, Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as Item['fields']);
          again();
        }}
      />
    );
  }
  if (problem.code === 'file_unreadable') {
    return (
      <>
        <Failed error={new ProblemError({ ...problem, title: t('upload.unreadable'), remedy: t('upload.unreadableRemedy') })} />
        <div><SameFile onFile={(file) => desk.bring(item.key, file)} /></div>
      </>
    );
  }
  return (
    <>
      <Failed error={new ProblemError(problem)} onRetry={problem.status === 422 ? undefined : again} />
      <details className={styles.more}>
        <summary>{t('upload.otherwise')}</summary>
        <Purpose item={item} of={of} onSay={(fields) => desk.say(item.key, fields)} />
        <Button onClick={again} disabled={lacks(item) !== null} data-testid="again">{t(item.whole ? 'upload.orderAgain' : 'upload.sendAgain')}</Button>
      </details>
    </>
  );
}
