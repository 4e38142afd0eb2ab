import { Button, Checkbox, Select } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePictureWork } from '../../../../api/pictures';
import { toProblem } from '../../../../api/problem';
import type { CheckQuery, Orthophoto } from '../../../../api/types';
import { Failed } from '../../../../components/Failed/Failed';
import { CheckTable } from './CheckTable';
import styles from './PhotoTools.module.css';

const scales = [500, 1000, 2000];

/** Takes a table of independent points, and shows how far the picture is off at each. */
export function CheckForm({ photo }: { photo: Orthophoto }) {
  const { t } = useTranslation();
  const { check } = usePictureWork(photo);
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [scale, setScale] = useState(photo.check?.scale ?? 500);
  const [terrain, setTerrain] = useState<NonNullable<CheckQuery['terrain']>>(photo.check?.terrain ?? 'flat');
  const [independent, setIndependent] = useState(false);
  const [axes, setAxes] = useState<CheckQuery['axes']>();
  const run = () => file && check.mutate({ file, query: { scale, terrain, independent, axes } });
  const asksAxes = check.isError && toProblem(check.error).code === 'check_points_axes';
  return (
    <div className={styles.form} data-testid="check-form">
      <p className={styles.hint}>{t('pictureTools.checkHint')}</p>
      <div className={styles.row}>
        <Button size="small" onClick={() => input.current?.click()}>{file ? file.name : t('pictureTools.checkTable')}</Button>
        <input ref={input} type="file" accept=".csv,.txt,text/csv,text/plain" hidden aria-label={t('pictureTools.checkTable')} onChange={(e) => setFile(e.target.files?.[0] ?? null)} data-testid="check-file" />
      </div>
      <div className={styles.row}>
        <label>{t('pictureTools.scale')}<Select size="small" value={scale} onChange={setScale} options={scales.map((s) => ({ value: s, label: `1:${s}` }))} /></label>
        <label>
          {t('pictureTools.terrain')}
          <Select size="small" value={terrain} onChange={setTerrain} options={(['flat', 'mountain'] as const).map((k) => ({ value: k, label: t(`pictureTools.${k}`) }))} />
        </label>
        {(asksAxes || axes) && (
          <label>
            {t('pictureTools.axes')}
            <Select size="small" value={axes ?? ''} onChange={(v) => setAxes((v || undefined) as CheckQuery['axes'])} options={[{ value: '', label: t('pictureTools.axesUnsaid') }, { value: 'x-north', label: t('pictureTools.xNorth') }, { value: 'x-east', label: t('pictureTools.xEast') }]} />
          </label>
        )}
      </div>
      <Checkbox checked={independent} onChange={(e) => setIndependent(e.target.checked)} data-testid="check-independent">{t('pictureTools.independent')}</Checkbox>
      <div><Button type="primary" size="small" disabled={!file} loading={check.isPending} onClick={run} data-testid="check-run">{t('pictureTools.runCheck')}</Button></div>
      {check.isError && <Failed error={check.error} />}
      {photo.check && <CheckTable photo={photo} check={photo.check} />}
    </div>
  );
}
