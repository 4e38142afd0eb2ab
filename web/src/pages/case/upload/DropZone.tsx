import { FolderOpenOutlined, InboxOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dropped, picked } from '../../../upload/gather';
import type { Found } from '../../../upload/kind';
import styles from './Upload.module.css';

/** Where files and folders are dropped, or chosen. What they are, the server finds out from their content. */
export function DropZone({ onFound }: { onFound: (found: Found[]) => void }) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const folder = useRef<HTMLInputElement>(null);
  const pick = (input: HTMLInputElement) => {
    if (input.files?.length) onFound(picked(input.files));
    input.value = ''; // the same file may be chosen again
  };
  return (
    <div>
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
          void dropped(e.dataTransfer).then(onFound);
        }}
      >
        <input type="file" multiple aria-label={t('upload.choose')} onChange={(e) => pick(e.target)} data-testid="file" />
        <InboxOutlined style={{ fontSize: 26, color: '#0B5CAD' }} />
        <span>{t('upload.choose')} {t('upload.drop')}</span>
        <span className={styles.hint}>{t('upload.walk')}: {t('upload.walkFormats')}</span>
        <span className={styles.hint}>{t('upload.orthophoto')}: {t('upload.orthoFormats')}</span>
        <span className={styles.hint}>{t('upload.flight')}: {t('upload.flightFormats')}</span>
      </label>
      <Button size="small" type="link" icon={<FolderOpenOutlined />} onClick={() => folder.current?.click()}>{t('upload.chooseFolder')}</Button>
      <input
        ref={(input) => {
          folder.current = input;
          input?.setAttribute('webkitdirectory', '');
        }}
        type="file"
        hidden
        aria-hidden="true"
        tabIndex={-1}
        onChange={(e) => pick(e.target)}
        data-testid="folder"
      />
    </div>
  );
}
