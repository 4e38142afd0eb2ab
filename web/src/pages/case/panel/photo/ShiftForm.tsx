import { Button, Input, InputNumber, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePictureWork } from '../../../../api/pictures';
import type { Orthophoto } from '../../../../api/types';
import { Failed } from '../../../../components/Failed/Failed';
import styles from './PhotoTools.module.css';

/** What takes the mean of the residuals away, to the centimetre. */
function meanOf(photo: Orthophoto): [number, number] | null {
  const all = photo.check?.residuals;
  if (!all?.length) return null;
  const mean = (of: (r: { east_m: number; north_m: number }) => number) => -Math.round((100 * all.reduce((sum, r) => sum + of(r), 0)) / all.length) / 100;
  return [mean((r) => r.east_m), mean((r) => r.north_m)];
}

/** Has a picture shown moved, or where it is. Nothing else about it changes. */
export function ShiftForm({ photo }: { photo: Orthophoto }) {
  const { t } = useTranslation();
  const { shift, withdraw } = usePictureWork(photo);
  const [east, setEast] = useState<number | null>(photo.shift?.east_m ?? null);
  const [north, setNorth] = useState<number | null>(photo.shift?.north_m ?? null);
  const [reason, setReason] = useState('');
  const mean = meanOf(photo);
  const ready = east !== null && north !== null && (east !== 0 || north !== 0) && reason.trim() !== '';
  return (
    <div className={styles.form} data-testid="shift-form">
      <p className={styles.hint}>{t('pictureTools.shiftHint')}</p>
      <div className={styles.row}>
        <label>{t('pictureTools.east')}<InputNumber<number> size="small" min={-1000} max={1000} step={0.1} value={east} onChange={setEast} data-testid="shift-east" /></label>
        <label>{t('pictureTools.north')}<InputNumber<number> size="small" min={-1000} max={1000} step={0.1} value={north} onChange={setNorth} data-testid="shift-north" /></label>
        {mean && <Button size="small" type="link" onClick={() => { setEast(mean[0]); setNorth(mean[1]); }}>{t('pictureTools.meanShift')}</Button>}
      </div>
      <label>{t('pictureTools.reason')}<Input size="small" maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} placeholder={t('pictureTools.reasonHint')} data-testid="shift-reason" /></label>
      <div className={styles.row}>
        <Button type="primary" size="small" disabled={!ready} loading={shift.isPending} onClick={() => shift.mutate({ east_m: east!, north_m: north!, reason: reason.trim() })} data-testid="shift-set">{t('pictureTools.shiftNow')}</Button>
        {photo.shift && (
          <Popconfirm title={t('pictureTools.withdraw')} description={t('pictureTools.withdrawAsk')} okText={t('common.yes')} cancelText={t('common.no')} onConfirm={() => withdraw.mutate()}>
            <Button size="small" loading={withdraw.isPending} data-testid="shift-withdraw">{t('pictureTools.withdraw')}</Button>
          </Popconfirm>
        )}
      </div>
      {shift.isError && <Failed error={shift.error} />}
      {withdraw.isError && <Failed error={withdraw.error} />}
    </div>
  );
}
