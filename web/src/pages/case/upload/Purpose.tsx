import { DatePicker, Input, InputNumber, Segmented } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import type { Case } from '../../../api/types';
import type { Fields, Item } from '../../../upload/item';
import { ModelSelect } from './PictureChoice';
import styles from './Upload.module.css';
import { WalkPurpose } from './WalkPurpose';

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
