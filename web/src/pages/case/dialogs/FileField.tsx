import { InboxOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bytesText } from '../../../format/length';
import styles from './Dialogs.module.css';

interface Props {
  file: File | null;
  onChange: (file: File) => void;
  hint: string;
}

/** A file, chosen or dropped. What it is, the server finds out from its content. */
export function FileField({ file, onChange, hint }: Props) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => files?.[0] && onChange(files[0]);
  return (
    <label
      className={`${styles.drop} ${over ? styles.over : ''}`}
      onDragOver={(e) => {
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        e.preventDefault();
        setOver(false);
        take(e.dataTransfer.files);
      }}
    >
      <input type="file" aria-label={t('upload.choose')} onChange={(e) => take(e.target.files)} data-testid="file" />
      <InboxOutlined style={{ fontSize: 26, color: '#0B5CAD' }} />
      {file ? <span className={styles.fileName}>{file.name} · {bytesText(file.size)}</span> : <span>{t('upload.choose')} {t('upload.drop')}</span>}
      <span className={styles.hint}>{hint}</span>
    </label>
  );
}
