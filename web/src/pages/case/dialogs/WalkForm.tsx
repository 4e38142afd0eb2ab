import { Alert, AutoComplete, Button, InputNumber, Radio, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '../../../api/problem';
import type { Case, Walk } from '../../../api/types';
import { Failed } from '../../../components/Failed/Failed';
import { muText, sigmaDecimals } from '../../../format/area';
import { lonLatText } from '../../../format/coordinate';
import { durationText, lengthText, sigmaText } from '../../../format/length';
import { faultText } from '../faults';
import { FixBar } from '../panel/FixBar';
import styles from './Dialogs.module.css';
import { FileField } from './FileField';
import { Progress } from './Progress';
import { useUpload } from './useUpload';
import { canChoose, type Told, WalkChoice } from './WalkChoice';

/** Takes a walk of one party. */
export function WalkForm({ item }: { item: Case }) {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const [party, setParty] = useState('');
  const [repair, setRepair] = useState<'none' | 'enclose'>('none');
  const [fixedOnly, setFixedOnly] = useState(false);
  const [sigma, setSigma] = useState<number | null>(null);
  const walk = useUpload<Walk>(item.number, 'walks');
  const ready = file !== null && party.trim() !== '';
  // What was answered about this file stays answered: a choice may lead to another.
  const [told, setTold] = useState<Told>({});
  const send = (answer: Told) => {
    setTold(answer);
    walk.mutate({ file: file!, query: { party: party.trim(), repair, fixed_only: fixedOnly || undefined, sigma_m: sigma ?? undefined, ...answer } });
  };
  const problem = walk.isError ? toProblem(walk.error) : undefined;

  return (
    <div className={styles.form}>
      <FileField file={file} hint={t('upload.walkFormats')} onChange={(f) => { walk.reset(); setTold({}); setFile(f); }} />
      <label>
        {t('upload.party')}
        <AutoComplete value={party} onChange={setParty} maxLength={200} placeholder={t('upload.partyHint')} options={item.parties.filter((p) => p.name.includes(party.trim())).map((p) => ({ value: p.name }))} data-testid="party" />
      </label>
      <div className={styles.field}>
        {t('upload.repair')}
        <Radio.Group
          value={repair}
          onChange={(e) => setRepair(e.target.value as 'none' | 'enclose')}
          options={[{ value: 'none', label: t('upload.repairNone') }, { value: 'enclose', label: t('upload.repairEnclose') }]}
          vertical
          aria-label={t('upload.repair')}
        />
      </div>
      <div className={styles.row}><span>{t('upload.fixedOnly')}</span><Switch checked={fixedOnly} onChange={setFixedOnly} aria-label={t('upload.fixedOnly')} /></div>
      <label>
        {t('upload.sigma')}
        <InputNumber<number> min={0.001} max={50} step={0.01} value={sigma} onChange={setSigma} placeholder={t('upload.sigmaHint')} style={{ width: '100%' }} />
      </label>
      <Button type="primary" disabled={!ready} loading={walk.isPending} onClick={() => send(told)} data-testid="send">{t('upload.send')}</Button>
      {!ready && <p className={styles.hint}>{file ? t('upload.needParty') : t('upload.needFile')}</p>}
      {walk.isPending && <Progress sent={walk.sent} job={walk.job} />}
      {problem && (canChoose(problem)
        ? <WalkChoice problem={problem} busy={walk.isPending} onTold={(answer) => send({ ...told, ...answer })} />
        : <Failed error={walk.error} />)}
      {walk.data && <Report walk={walk.data} />}
    </div>
  );
}

const shownFaults = 6;

/** What the server made of the walk. */
function Report({ walk }: { walk: Walk }) {
  const { t, i18n } = useTranslation();
  const r = walk.report;
  const questioned = r.status !== 'adopted';
  const sigma = r.sigma_m ?? r.sigma?.m;
  return (
    <Alert
      type={questioned ? 'warning' : 'success'}
      showIcon
      title={t(questioned ? 'upload.questionedWalk' : 'upload.keptWalk')}
      description={
        <div data-testid="walk-report">
          <FixBar fixes={r.fixes} />
          <p>
            {t('case.area')} {muText(r.area, sigmaDecimals(r.area))} {t('unit.mu')} · {t('walk.gap')} {lengthText(r.closing_gap_m)}
            {r.duration_s !== undefined && ` · ${durationText(r.duration_s)}`}
            {sigma !== undefined && ` · ${sigmaText(sigma)}`}
          </p>
          {r.faults.slice(0, shownFaults).map((f, i) => <p key={i}>{faultText(f, t, i18n.language)} <span className="num">{lonLatText(f.at.lon, f.at.lat)}</span></p>)}
        </div>
      }
    />
  );
}
