import { AutoComplete, Button, Input, InputNumber, Radio, Select, Switch } from 'antd';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Case } from '../../../api/types';
import type { Fields } from '../../../upload/item';
import styles from './Upload.module.css';

interface Props {
  fields: Fields;
  of: Case;
  onSay: (fields: Fields) => void;
  onOneParty?: (party: string) => void; // for all walks that are asked about
  bare?: boolean; // only how it is to be read: whose it is stands fast
}

/** Whose walk a file is, and everything that can be told of how it is to be read. */
export function WalkPurpose({ fields, of, onSay, onOneParty, bare }: Props) {
  const { t } = useTranslation();
  const party = fields.party ?? '';
  const how = (
    <>
      <Line fields={fields} onSay={onSay} />
      <Coordinates fields={fields} onSay={onSay} />
      <Accuracy fields={fields} onSay={onSay} />
      <Contents fields={fields} onSay={onSay} />
    </>
  );
  if (bare) return how;
  return (
    <>
      <label>
        {t('upload.party')}
        <AutoComplete value={party} onChange={(v: string) => onSay({ party: v })} maxLength={200} placeholder={t('upload.partyHint')} options={of.parties.filter((p) => p.name.includes(party.trim())).map((p) => ({ value: p.name }))} data-testid="party" />
      </label>
      {onOneParty && party.trim() !== '' && <Button size="small" type="link" className={styles.left} onClick={() => onOneParty(party)}>{t('upload.oneParty')}</Button>}
      <details className={styles.more} data-testid="walk-how">
        <summary>{t('upload.how')}</summary>
        <div className={styles.form}>{how}</div>
      </details>
    </>
  );
}

type Part = Pick<Props, 'fields' | 'onSay'>;

const number = (value: string | undefined): number | null => (value ? Number(value) : null);
const text = (value: number | null): string => (value === null ? '' : String(value));

/** What becomes of the fixes: stops, flagged ones, those that are not fixed, and a line that is no ring. */
function Line({ fields, onSay }: Part) {
  const { t } = useTranslation();
  return (
    <>
      <Choice label={t('walkUpload.stops')} value={fields.stops || 'average'} onChange={(v) => onSay({ stops: v === 'average' ? '' : v })} options={[['average', t('walkUpload.stopsAverage')], ['keep', t('walkUpload.stopsKeep')]]} testID="stops" />
      <OnOff label={t('walkUpload.drop')} on={fields.drop_flagged === 'true'} onChange={(on) => onSay(on ? { drop_flagged: 'true' } : { drop_flagged: '', consent: '' })} testID="drop-flagged" />
      {fields.drop_flagged === 'true' && (
        <label>
          {t('walkUpload.consent')}
          <Input value={fields.consent ?? ''} onChange={(e) => onSay({ consent: e.target.value })} maxLength={100} status={fields.consent?.trim() ? '' : 'warning'} placeholder={t('walkUpload.consentHint')} data-testid="consent" />
        </label>
      )}
      <OnOff label={t('upload.fixedOnly')} on={fields.fixed_only === 'true'} onChange={(on) => onSay({ fixed_only: on ? 'true' : '' })} />
      <Choice label={t('upload.repair')} value={fields.repair || 'none'} onChange={(v) => onSay({ repair: v })} options={[['none', t('upload.repairNone')], ['enclose', t('upload.repairEnclose')]]} testID="repair" />
      <label>
        {t('walkUpload.gap')}
        <InputNumber<number> min={0.01} max={500} value={number(fields.closing_gap_m)} onChange={(v) => onSay({ closing_gap_m: text(v) })} placeholder={t('walkUpload.gapHint')} style={{ width: '100%' }} data-testid="closing-gap" />
      </label>
    </>
  );
}

const displaced = new Set(['gcj02', 'bd09']);

/** What the degrees are said to be, and places known twice to verify it by. */
function Coordinates({ fields, onSay }: Part) {
  const { t } = useTranslation();
  const isDisplaced = displaced.has(fields.datum ?? '');
  return (
    <>
      <label>
        {t('walkUpload.datum')}
        <Select
          value={fields.datum || ''}
          onChange={(datum: string) => onSay({ datum, convert: '' })}
          options={[{ value: '', label: t('walkUpload.datumUnsaid') }, { value: 'wgs84', label: 'WGS 84' }, { value: 'cgcs2000', label: 'CGCS2000' }, { value: 'gcj02', label: t('walkUpload.gcj02') }, { value: 'bd09', label: t('walkUpload.bd09') }]}
          data-testid="datum"
        />
      </label>
      {isDisplaced && <p className={styles.hint} role="status">{t('walkUpload.displaced')}</p>}
      {isDisplaced && <OnOff label={t('walkUpload.convert')} on={fields.convert !== undefined && fields.convert !== ''} onChange={(on) => onSay({ convert: on ? fields.datum! : '' })} />}
      <label>
        {t('walkUpload.landmarks')}
        <Input.TextArea
          value={(fields.landmark ?? '').replaceAll(';', '\n')}
          onChange={(e) => onSay({ landmark: e.target.value.replaceAll('\n', ';') })}
          autoSize={{ minRows: 1, maxRows: 6 }}
          placeholder="109.334478,24.247252=109.330000,24.250000"
          maxLength={4000}
          data-testid="landmarks"
        />
        <span className={styles.hint}>{t('walkUpload.landmarksHint')}</span>
      </label>
    </>
  );
}

function Accuracy({ fields, onSay }: Part) {
  const { t } = useTranslation();
  return (
    <label>
      {t('upload.sigma')}
      <InputNumber<number> min={0.001} max={50} step={0.01} value={number(fields.sigma_m)} onChange={(v) => onSay({ sigma_m: text(v) })} placeholder={t('upload.sigmaHint')} style={{ width: '100%' }} data-testid="sigma" />
    </label>
  );
}

/** What the file itself leaves open. Where it must be known the server asks, with a preview; who knows it may say it here. */
function Contents({ fields, onSay }: Part) {
  const { t } = useTranslation();
  return (
    <details className={styles.more}>
      <summary>{t('walkUpload.contents')}</summary>
      <div className={styles.form}>
        <p className={styles.hint}>{t('walkUpload.contentsHint')}</p>
        <label>
          {t('walkUpload.track')}
          <InputNumber<number> min={1} max={1_000_000} precision={0} value={number(fields.track)} onChange={(v) => onSay({ track: text(v) })} style={{ width: '100%' }} data-testid="track" />
        </label>
        <label>
          {t('walkUpload.mapping')}
          <Input value={fields.mapping ?? ''} onChange={(e) => onSay({ mapping: e.target.value })} placeholder="name,code,east,north,height" maxLength={4000} data-testid="mapping" />
        </label>
        <label>
          {t('walkUpload.crs')}
          <Input value={fields.crs ?? ''} onChange={(e) => onSay({ crs: e.target.value })} placeholder="EPSG:4545" maxLength={20} />
        </label>
        <label>
          {t('walkUpload.axes')}
          <Select value={fields.axes || ''} onChange={(axes: string) => onSay({ axes })} options={[{ value: '', label: t('walkUpload.axesUnsaid') }, { value: 'north_east', label: t('walkUpload.northEast') }, { value: 'east_north', label: t('walkUpload.eastNorth') }]} />
        </label>
        <label>
          {t('walkUpload.offset')}
          <Select value={fields.utc_offset || ''} onChange={(utc_offset: string) => onSay({ utc_offset })} options={offsets(t('walkUpload.offsetUnsaid'))} />
        </label>
      </div>
    </details>
  );
}

/** The clocks that a receiver here may run on. */
export const offsets = (unsaid: string) => [{ value: '', label: unsaid }, { value: '+08:00', label: 'UTC+8' }, { value: '+00:00', label: 'UTC' }];

function Choice({ label, value, onChange, options, testID }: { label: string; value: string; onChange: (value: string) => void; options: readonly (readonly [string, ReactNode])[]; testID: string }) {
  return (
    <div className={styles.field} data-testid={testID}>
      {label}
      <Radio.Group value={value} onChange={(e) => onChange(e.target.value as string)} options={options.map(([v, words]) => ({ value: v, label: words }))} vertical aria-label={label} />
    </div>
  );
}

function OnOff({ label, on, onChange, testID }: { label: string; on: boolean; onChange: (on: boolean) => void; testID?: string }) {
  const id = useId();
  return <div className={styles.row}><label htmlFor={id}>{label}</label><Switch id={id} checked={on} onChange={onChange} data-testid={testID} /></div>;
}
