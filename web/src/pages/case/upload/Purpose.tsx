import { AutoComplete, Button, DatePicker, Input, InputNumber, Radio, Segmented, Switch } from 'antd';
import dayjs from 'dayjs';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Case } from '../../../api/types';
import type { Fields, Item } from '../../../upload/item';
import { ModelSelect } from './PictureChoice';
import styles from './Upload.module.css';

interface Props {
  item: Item;
  of: Case;
  onSay: (fields: Fields) => void;
  onOneParty?: (party: string) => void; // for all walks that are asked about
}

/** Asks what a file is to become, and how it is to be read. */
export function Purpose({ item, of, onSay, onOneParty }: Props) {
  const { t } = useTranslation();
  const { fields } = item;
  return (
    <div className={styles.form}>
      <div role="group" aria-label={t('upload.kindOf', { name: item.name })} data-testid="kind">
        <Segmented
          block
          value={fields.kind}
          onChange={(kind) => onSay({ kind })}
          options={[{ value: 'walk', label: t('upload.walk') }, { value: 'orthophoto', label: t('upload.orthophoto') }, { value: 'flight', label: t('upload.flight') }]}
        />
      </div>
      {!fields.kind && <p className={styles.hint}>{t('upload.whichZip')}</p>}
      {fields.kind === 'walk' && <WalkPurpose fields={fields} of={of} onSay={onSay} onOneParty={onOneParty} />}
      {fields.kind === 'orthophoto' && <OrthophotoPurpose fields={fields} onSay={onSay} />}
      {fields.kind === 'flight' && (
        <label>
          {t('upload.above')}
          <InputNumber<number> min={1} max={5000} value={number(fields.above_m)} onChange={(v) => onSay({ above_m: text(v) })} placeholder={t('upload.aboveHint')} style={{ width: '100%' }} />
        </label>
      )}
    </div>
  );
}

const number = (value: string | undefined): number | null => (value ? Number(value) : null);
const text = (value: number | null): string => (value === null ? '' : String(value));

function WalkPurpose({ fields, of, onSay, onOneParty }: { fields: Fields } & Pick<Props, 'of' | 'onSay' | 'onOneParty'>) {
  const { t } = useTranslation();
  const party = fields.party ?? '';
  const fixedOnly = useId();
  return (
    <>
      <label>
        {t('upload.party')}
        <AutoComplete value={party} onChange={(v: string) => onSay({ party: v })} maxLength={200} placeholder={t('upload.partyHint')} options={of.parties.filter((p) => p.name.includes(party.trim())).map((p) => ({ value: p.name }))} data-testid="party" />
      </label>
      {onOneParty && party.trim() !== '' && <Button size="small" type="link" className={styles.left} onClick={() => onOneParty(party)}>{t('upload.oneParty')}</Button>}
      <details className={styles.more}>
        <summary>{t('upload.how')}</summary>
        <div className={styles.form}>
          <div className={styles.field}>
            {t('upload.repair')}
            <Radio.Group
              value={fields.repair || 'none'}
              onChange={(e) => onSay({ repair: e.target.value as string })}
              options={[{ value: 'none', label: t('upload.repairNone') }, { value: 'enclose', label: t('upload.repairEnclose') }]}
              vertical
              aria-label={t('upload.repair')}
            />
          </div>
          <div className={styles.row}><label htmlFor={fixedOnly}>{t('upload.fixedOnly')}</label><Switch id={fixedOnly} checked={fields.fixed_only === 'true'} onChange={(on) => onSay({ fixed_only: on ? 'true' : '' })} /></div>
          <label>
            {t('upload.sigma')}
            <InputNumber<number> min={0.001} max={50} step={0.01} value={number(fields.sigma_m)} onChange={(v) => onSay({ sigma_m: text(v) })} placeholder={t('upload.sigmaHint')} style={{ width: '100%' }} />
          </label>
        </div>
      </details>
    </>
  );
}

function OrthophotoPurpose({ fields, onSay }: { fields: Fields; onSay: Props['onSay'] }) {
  const { t } = useTranslation();
  const at = (value: string | undefined) => (value ? dayjs(value) : null);
  return (
    <>
      <label>
        {t('upload.captured')}
        <DatePicker.RangePicker
          showTime={{ format: 'HH:mm' }}
          format="YYYY-MM-DD HH:mm"
          allowEmpty={[true, true]}
          value={[at(fields.captured_from), at(fields.captured_to)]}
          onChange={(range) => onSay({ captured_from: range?.[0]?.toISOString() ?? '', captured_to: range?.[1]?.toISOString() ?? '' })}
        />
      </label>
      <ModelSelect value={fields.model} onSay={(model) => onSay({ model })} />
      <label>
        {t('upload.crsMissing')}
        <Input value={fields.crs ?? ''} onChange={(e) => onSay({ crs: e.target.value })} placeholder="EPSG:4545" maxLength={20} />
      </label>
      {(fields.world || fields.prj) && <p className={styles.hint}>{t('upload.beside', { what: [fields.world && t('upload.world'), fields.prj && '.prj'].filter(Boolean).join(', ') })}</p>}
    </>
  );
}
