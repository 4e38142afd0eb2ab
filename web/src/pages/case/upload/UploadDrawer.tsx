import { Button, Drawer } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Case } from '../../../api/types';
import { Failed } from '../../../components/Failed/Failed';
import { lacks } from '../../../upload/item';
import { sorted, type Found, type Sorting } from '../../../upload/kind';
import { useDesk } from '../../../upload/useDesk';
import type { Ground } from '../useGround';
import { DropZone } from './DropZone';
import { ItemCard } from './ItemCard';
import styles from './Upload.module.css';

interface Props {
  item: Case;
  ground: Ground;
  open: boolean;
  onClose: () => void;
}

/**
 * Brings files to the case, any number at once, and shows the report or the refusal
 * of each. Closing stops nothing; what has become something is put away.
 */
export function UploadDrawer({ item, ground, open, onClose }: Props) {
  const { t } = useTranslation();
  const { desk } = useDesk(item.number);
  const close = () => {
    desk.clearReady();
    onClose();
  };
  return (
    <Drawer open={open} onClose={close} title={t('upload.title')} size={520} destroyOnHidden>
      <Files item={item} ground={ground} />
    </Drawer>
  );
}

function Files({ item, ground }: Pick<Props, 'item' | 'ground'>) {
  const { t } = useTranslation();
  const { desk, items } = useDesk(item.number);
  const [left, setLeft] = useState<Sorting | null>(null);
  const [broken, setBroken] = useState<unknown>(null);
  const restore = () => {
    setBroken(null);
    desk.restore().catch(setBroken);
  };
  useEffect(restore, [desk]); // eslint-disable-line react-hooks/exhaustive-deps
  const take = (found: Found[]) => {
    const sorting = sorted(found);
    setLeft(sorting);
    desk.add(sorting.files, { party: '', repair: 'none' });
  };
  const asked = items.filter((i) => i.phase === 'asked');
  const ready = asked.filter((i) => lacks(i) === null);
  const wanting = asked.map(lacks).find((what) => what !== null);
  const oneParty = (party: string) => asked.forEach((i) => desk.say(i.key, { party }));
  const walks = asked.filter((i) => i.fields.kind === 'walk').length;

  return (
    <div className={styles.page}>
      <DropZone onFound={take} />
      {left !== null && left.photos > 0 && <p className={styles.hint} role="status">{t('upload.photosAsZip', { n: left.photos })}</p>}
      {left !== null && left.shapes > 0 && <p className={styles.hint} role="status">{t('upload.shapesAsZip', { n: left.shapes })}</p>}
      {left !== null && left.skipped > 0 && <p className={styles.hint} role="status">{t('upload.skipped', { n: left.skipped })}</p>}
      {broken !== null && <Failed error={broken} onRetry={restore} />}
      <ul className={styles.items} aria-label={t('upload.list')}>
        {items.map((i) => <ItemCard key={i.key} item={i} of={item} ground={ground} desk={desk} onOneParty={walks > 1 ? oneParty : undefined} />)}
      </ul>
      <div className={styles.foot}>
        <Button type="primary" disabled={ready.length === 0} onClick={() => ready.forEach((i) => desk.start(i.key))} data-testid="send">
          {ready.length > 1 ? t('upload.sendAll', { n: ready.length }) : t('upload.send')}
        </Button>
        {items.length === 0 && <span className={styles.hint}>{t('upload.needFile')}</span>}
        {wanting && <span className={styles.hint}>{t({ kind: 'upload.needKind', party: 'upload.needParty', consent: 'walkUpload.needConsent' }[wanting])}</span>}
      </div>
    </div>
  );
}
