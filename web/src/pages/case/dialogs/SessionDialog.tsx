import { useMutation } from '@tanstack/react-query';
import { Button, DatePicker, Input, Modal } from 'antd';
import dayjs from 'dayjs';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, data } from '../../../api/client';
import type { Case, Session } from '../../../api/types';
import { Copy } from '../../../components/Copy/Copy';
import { Failed } from '../../../components/Failed/Failed';
import type { MapState } from '../../../url/mapState';
import type { Ground } from '../useGround';
import styles from './Dialogs.module.css';

interface Props {
  item: Case;
  state: MapState;
  ground: Ground;
  open: boolean;
  onClose: () => void;
}

/** Freezes what the map shows now into a session and hands over its link. */
export function SessionDialog({ item, state, ground, open, onClose }: Props) {
  const { t } = useTranslation();
  const [day, setDay] = useState(() => dayjs());
  const [title, setTitle] = useState<string | null>(null);
  const key = useRef(newKey());
  const name = title ?? t('session.defaultTitle', { date: day.format('YYYY-MM-DD') });
  const make = useMutation({
    mutationFn: () =>
      data(api.POST('/cases/{number}/sessions', {
        params: { path: { number: item.number }, header: { 'Idempotency-Key': key.current } },
        body: {
          title: name.trim(),
          run: ground.run.data?.id,
          orthophoto: state.photo ?? ground.orthophotos.data?.[0]?.id,
          contours: state.contours ?? undefined,
          layers: [...state.layers],
          held_on: day.format('YYYY-MM-DD'),
        },
      })),
    onSuccess: () => {
      key.current = newKey();
    },
  });
  const close = () => {
    make.reset();
    onClose();
  };
  return (
    <Modal
      open={open}
      title={t('session.create')}
      onCancel={close}
      footer={make.data ? <Button onClick={close}>{t('common.close')}</Button> : (
        <Button type="primary" loading={make.isPending} disabled={!name.trim()} onClick={() => make.mutate()} data-testid="session-create">{t('session.create')}</Button>
      )}
    >
      {make.data ? <Ready session={make.data} /> : (
        <div className={styles.form}>
          <p className={styles.explain}>{t('session.explain')}</p>
          <label>{t('session.name')}<Input value={name} maxLength={200} onChange={(e) => setTitle(e.target.value)} /></label>
          <label>{t('session.heldOn')}<DatePicker value={day} allowClear={false} onChange={(d) => d && setDay(d)} style={{ width: '100%' }} /></label>
          <p className={styles.explain}>{t('session.layers')}: {[...[...state.layers].map((l) => t(`map.${l}`, { k: ground.run.data?.k ?? 2 })), ...(state.contours ? [t('pictureTools.contours')] : [])].join('、')}</p>
          {make.isError && <Failed error={make.error} />}
        </div>
      )}
    </Modal>
  );
}

function Ready({ session }: { session: Session }) {
  const { t } = useTranslation();
  const path = `/sessions/${session.token}`;
  const url = new URL(path, window.location.origin).href;
  return (
    <div className={styles.form}>
      <p>{t('session.ready')}</p>
      <div className={styles.link}><a href={path} target="_blank" rel="noreferrer" data-testid="session-link">{url}</a><Copy text={url} /></div>
      <Button type="primary" size="large" href={path} target="_blank">{t('session.openLink')}</Button>
    </div>
  );
}

/** One key a dialog: a second click, or a retry after a lost answer, makes no second session. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
}
