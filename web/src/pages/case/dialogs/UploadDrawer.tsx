import { Drawer, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Case } from '../../../api/types';
import { OrthophotoForm } from './OrthophotoForm';
import { WalkForm } from './WalkForm';

interface Props {
  item: Case;
  open: boolean;
  onClose: () => void;
}

/** Brings a walk or an orthophoto to the case, and shows the report or the refusal. */
export function UploadDrawer({ item, open, onClose }: Props) {
  const { t } = useTranslation();
  const [what, setWhat] = useState<'walk' | 'orthophoto'>('walk');
  return (
    <Drawer open={open} onClose={onClose} title={t('upload.title')} size={440} destroyOnHidden>
      <Segmented
        block
        style={{ marginBottom: 20 }}
        value={what}
        onChange={setWhat}
        options={[{ value: 'walk', label: t('upload.walk') }, { value: 'orthophoto', label: t('upload.orthophoto') }]}
      />
      {what === 'walk' ? <WalkForm item={item} /> : <OrthophotoForm item={item} />}
    </Drawer>
  );
}
