import { Alert, Button, DatePicker } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Case, Orthophoto } from '../../../api/types';
import { Failed } from '../../../components/Failed/Failed';
import { fixed } from '../../../format/number';
import styles from './Dialogs.module.css';
import { FileField } from './FileField';
import { Progress } from './Progress';
import { useUpload } from './useUpload';

/** Takes an orthophoto. */
export function OrthophotoForm({ item }: { item: Case }) {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const [captured, setCaptured] = useState<[Dayjs | null, Dayjs | null] | null>(null);
  const photo = useUpload<Orthophoto>(item.number, 'orthophotos');
  const send = () =>
    photo.mutate({ file: file!, query: { captured_from: captured?.[0]?.toISOString(), captured_to: captured?.[1]?.toISOString() } });
  return (
    <div className={styles.form}>
      <FileField file={file} hint={t('upload.orthoFormats')} onChange={(f) => { photo.reset(); setFile(f); }} />
      <label>
        {t('upload.captured')}
        <DatePicker.RangePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" allowEmpty={[true, true]} value={captured} onChange={setCaptured} />
      </label>
      <Button type="primary" disabled={!file} loading={photo.isPending} onClick={send} data-testid="send">{t('upload.send')}</Button>
      {!file && <p className={styles.hint}>{t('upload.needFile')}</p>}
      {photo.isPending && <Progress sent={photo.sent} job={photo.job} />}
      {photo.isError && <Failed error={photo.error} />}
      {photo.data && (
        <Alert
          type="success"
          showIcon
          title={t('upload.keptOrtho')}
          description={
            <span>
              {photo.data.crs_name} · {fixed(photo.data.gsd_m * 100, 1)} cm · {(photo.data.valid_fraction * 100).toFixed(1)} % · {fixed(photo.data.valid_area_m2 / 1e4, 2)} ha
            </span>
          }
        />
      )}
    </div>
  );
}
