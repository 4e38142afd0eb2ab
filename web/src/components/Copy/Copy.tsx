import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from './clipboard';

/** A small button that copies a text and says so. */
export function Copy({ text, label }: { text: string; label?: string }) {
  const { t } = useTranslation();
  const [done, setDone] = useState(false);
  const copy = async () => {
    setDone(await copyText(text));
    setTimeout(() => setDone(false), 1500);
  };
  return (
    <Tooltip title={done ? t('common.copied') : t('common.copy')}>
      <Button size="small" type="text" aria-label={label ?? t('common.copy')} icon={done ? <CheckOutlined /> : <CopyOutlined />} onClick={copy} />
    </Tooltip>
  );
}
