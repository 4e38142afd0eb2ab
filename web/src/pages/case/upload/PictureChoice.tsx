import { Alert, AutoComplete, Button, Select } from 'antd';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Case, Problem } from '../../../api/types';
import styles from './WalkChoice.module.css';

/** What a person says of a picture that its file does not say. */
export interface PictureTold {
  crs?: string;
  model?: string;
  world?: string;
  prj?: string;
}

/** Refusals that a declaration answers. */
const answerable = ['crs_missing', 'georeference_missing', 'crs_not_allowed', 'crs_conflict', 'not_heights'];

/** True if the person can answer the refusal of a picture by declaring what it lacks. */
export const canDeclare = (problem: Problem): boolean => answerable.includes(problem.code ?? '');

interface ModelProps {
  value: string | undefined;
  onSay: (model: string) => void;
}

/** Whether a file holds a picture, or heights. */
export function ModelSelect({ value, onSay }: ModelProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div>
      <label htmlFor={id}>{t('pictureTools.model')}</label>
      <Select
        id={id}
        value={value ?? ''}
        onChange={onSay}
        options={[{ value: '', label: t('pictureTools.picture') }, { value: 'dsm', label: `DSM · ${t('ortho.dsm')}` }, { value: 'dtm', label: `DTM · ${t('ortho.dtm')}` }]}
        style={{ width: '100%' }}
        data-testid="model"
      />
    </div>
  );
}

/** The zones that a case of Guangxi may lie in, the one of the case first. */
function commonCodes(of: Case): string[] {
  const usual = [4544, 4545, 4546, 4547, 32648, 32649];
  return [...new Set([...(of.crs ? [of.crs.srid] : []), ...usual])].map((c) => `EPSG:${c}`);
}

interface Props {
  problem: Problem;
  of: Case;
  told: Readonly<Record<string, string>>;
  why: ReactNode; // the refusal in words
  onTold: (told: PictureTold) => void;
}

/** Asks for the CRS, the side files or the kind of a refused picture, and hands on what is declared. */
export function PictureChoice({ problem, of, told, why, onTold }: Props) {
  const { t } = useTranslation();
  const [crs, setCRS] = useState(told.crs ?? '');
  const [model, setModel] = useState(told.model ?? '');
  const [side, setSide] = useState<{ world?: string; prj?: string }>({ world: told.world, prj: told.prj });
  const [names, setNames] = useState<string[]>([]);
  const code = crs.trim().toUpperCase().replace(/^EPSG:/, '');
  const wantsWorld = problem.code === 'georeference_missing';
  const declares = /^\d{4,6}$/.test(code) || Boolean(side.prj);
  const ready = problem.code === 'not_heights' || (declares && (!wantsWorld || Boolean(side.world)));
  const read = async (file: File | undefined, as: 'world' | 'prj') => {
    if (!file) return;
    const text = await file.text();
    setSide((s) => ({ ...s, [as]: text }));
    setNames((n) => [...n, file.name]);
  };
  return (
    <>
      {why}
      <Alert
        type="info"
        showIcon
        title={t('pictureTools.declareCRS')}
        description={
          <div className={styles.choice} data-testid="picture-choice">
            <p>{t('pictureTools.declareHint')}</p>
            <label>
              {t('pictureTools.crs')}
              <AutoComplete value={crs} onChange={setCRS} options={commonCodes(of).map((value) => ({ value }))} placeholder="EPSG:4545" style={{ width: '100%' }} data-testid="declare-crs" />
            </label>
            <ModelSelect value={model} onSay={setModel} />
            <label>{t('pictureTools.world')} <input type="file" accept=".tfw,.tifw,.wld" onChange={(e) => void read(e.target.files?.[0], 'world')} data-testid="declare-world" /></label>
            <label>{t('pictureTools.prj')} <input type="file" accept=".prj" onChange={(e) => void read(e.target.files?.[0], 'prj')} data-testid="declare-prj" /></label>
            {names.length > 0 && <p>{t('pictureTools.declared', { name: names.join(', ') })}</p>}
            <Button type="primary" disabled={!ready} onClick={() => onTold({ crs: code, model, ...side })} data-testid="declare">{t('pictureTools.declare')}</Button>
          </div>
        }
      />
    </>
  );
}
