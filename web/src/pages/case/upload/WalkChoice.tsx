import { Alert, Button, Input, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../../api/types';
import { lengthText } from '../../../format/length';
import { choices, mappingText, placed } from './columns';
import styles from './WalkChoice.module.css';
import { offsets } from './WalkPurpose';

/** What a person says of a file: its track, or what a table or drawing leaves open. */
export interface Told {
  track?: number;
  mapping?: string;
  crs?: string;
  axes?: string;
  utc_offset?: string;
}

/** The part of a table's preview that is shown. */
interface Preview {
  columns: { n: number; header?: string; meaning: string }[];
  rows: string[][];
  mapping: string;
  axes: { order: string };
  crs: { srid: number };
  questions: { zh: string; en: string }[];
}

interface Props {
  problem: Problem;
  busy: boolean;
  onTold: (told: Told) => void;
}

/** True if the person can answer the refusal with a choice. */
export const canChoose = (problem: Problem): boolean => Boolean(problem.facts?.tracks?.length || problem.facts?.preview);

/** Asks which track is meant, or whether the columns are understood, and hands on the answer. */
export function WalkChoice({ problem, busy, onTold }: Props) {
  const preview = problem.facts?.preview as Preview | undefined;
  return preview ? <TableChoice preview={preview} busy={busy} onTold={onTold} /> : <TrackChoice problem={problem} busy={busy} onTold={onTold} />;
}

function TrackChoice({ problem, busy, onTold }: Props) {
  const { t } = useTranslation();
  const [track, setTrack] = useState<number>();
  const tracks = problem.facts?.tracks ?? [];
  return (
    <Alert
      type="info"
      showIcon
      title={t('upload.chooseTrack')}
      description={
        <div className={styles.choice} data-testid="track-choice">
          <Radio.Group
            vertical
            value={track}
            onChange={(e) => setTrack(e.target.value as number)}
            options={tracks.map((k) => ({
              value: k.n,
              label: <>{k.n}. {k.name} <span className={styles.soft}>{t(`walkKind.${k.kind}`)} · {t('upload.points', { n: k.points })} · {lengthText(k.length_m)}</span></>,
            }))}
          />
          <Button type="primary" disabled={track === undefined} loading={busy} onClick={() => onTold({ track })}>{t('upload.useTrack')}</Button>
        </div>
      }
    />
  );
}

/** The columns of a table as they are understood; a person may say otherwise, column by column. */
function TableChoice({ preview, busy, onTold }: Omit<Props, 'problem'> & { preview: Preview }) {
  const { t, i18n } = useTranslation();
  const [crs, setCRS] = useState('');
  const [meanings, setMeanings] = useState(() => preview.columns.map((c) => c.meaning));
  const [offset, setOffset] = useState('');
  const changed = meanings.some((m, i) => m !== preview.columns[i]!.meaning);
  const mapping = changed || !preview.mapping ? mappingText(meanings) : preview.mapping;
  const needsCRS = preview.crs.srid === 0 && meanings.some((m) => m === 'east' || m === 'north' || m === 'x' || m === 'y');
  const drawing = preview.columns.length === 0; // it has no columns; its axes are confirmed instead
  const confirm = () => onTold({
    mapping: drawing ? undefined : mapping,
    axes: drawing ? preview.axes.order || undefined : undefined,
    crs: crs.trim() || undefined,
    utc_offset: offset || undefined,
  });
  const timed = meanings.some((m) => m === 'time' || m === 'date' || m === 'until');
  return (
    <Alert
      type="info"
      showIcon
      title={t('upload.confirmTable')}
      description={
        <div className={styles.choice} data-testid="table-choice">
          {preview.questions.map((q, i) => <p key={i}>{i18n.language.startsWith('en') ? q.en : q.zh}</p>)}
          {!drawing && (
            <div className={styles.scroll}>
              <table>
                <thead>
                  <tr>
                    {preview.columns.map((c, i) => (
                      <th key={c.n} scope="col">
                        {c.header ?? c.n}<br />
                        <select aria-label={t('walkUpload.meaning', { n: c.n })} className={styles.means} value={meanings[i]} onChange={(e) => setMeanings(meanings.map((m, j) => (j === i ? e.target.value : m)))} data-testid={`meaning-${c.n}`}>
                          {choices(c.meaning).map((m) => <option key={m} value={m}>{t(`column.${m}`, { defaultValue: m })}</option>)}
                        </select>
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {preview.rows.map((row, i) => <tr key={i}>{preview.columns.map((c) => <td key={c.n} className="num">{row[c.n - 1]}</td>)}</tr>)}
                </tbody>
              </table>
            </div>
          )}
          {(needsCRS || (drawing && preview.crs.srid === 0)) && (
            <label>
              {t('upload.crs')}
              <Input value={crs} onChange={(e) => setCRS(e.target.value)} placeholder="EPSG:4545" maxLength={20} data-testid="crs" />
            </label>
          )}
          {timed && (
            <label>
              {t('walkUpload.offset')}
              <Select value={offset} onChange={setOffset} options={offsets(t('walkUpload.offsetUnsaid'))} />
            </label>
          )}
          {!drawing && !placed(meanings) && <p>{t('walkUpload.wanting')}</p>}
          <Button
            type="primary"
            disabled={(!drawing && !placed(meanings)) || ((needsCRS || (drawing && preview.crs.srid === 0)) && !/^\s*(EPSG:)?\d{4,5}\s*$/i.test(crs))}
            loading={busy}
            onClick={confirm}
            data-testid="confirm"
          >
            {t('upload.confirm')}
          </Button>
        </div>
      }
    />
  );
}
