import { Cascader } from 'antd';
import { useQueries } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { areasQuery } from '../../api/queries';
import type { AreaCollection } from '../../api/types';
import { areaChain } from '../../url/region';
import styles from './RegionPicker.module.css';

interface Props {
  value: string | undefined;
  onChange: (code: string | undefined) => void;
}

interface Option {
  value: string;
  label: string;
  isLeaf: boolean;
  children?: Option[];
}

const lastLevel = 5;

/** Picks an administrative area down the tree; each level is read when it is opened. */
export function RegionPicker({ value, onChange }: Props) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<string[]>([]);
  const chain = useMemo(() => (value ? areaChain(value) : []), [value]);
  const parents = useMemo(() => [...new Set([...chain, ...opened])], [chain, opened]);
  const answers = useQueries({ queries: [undefined, ...parents].map(areasQuery) });
  const children = new Map<string, AreaCollection>();
  [undefined, ...parents].forEach((code, i) => {
    const data = answers[i]?.data;
    if (data) children.set(code ?? '', data);
  });
  const options = optionsOf(children, '');
  const known = knownPath(options, chain);
  return (
    <Cascader<Option>
      className={styles.picker}
      variant="borderless"
      options={options}
      value={known}
      changeOnSelect
      allowClear
      placeholder={t('top.region')}
      aria-label={t('top.region')}
      displayRender={(labels) => labels.slice(-2).join(' / ')}
      loadData={(path) => setOpened((o) => [...new Set([...o, path[path.length - 1]!.value])])}
      onChange={(path) => onChange(path?.[path.length - 1] as string | undefined)}
    />
  );
}

function optionsOf(children: ReadonlyMap<string, AreaCollection>, parent: string): Option[] {
  return (children.get(parent)?.features ?? []).map(({ properties: p }) => {
    const below = children.get(p.code);
    return {
      value: p.code,
      label: p.name,
      isLeaf: p.level >= lastLevel || below?.features.length === 0,
      children: below && below.features.length > 0 ? optionsOf(children, p.code) : undefined,
    };
  });
}

/** The part of a chain that the loaded tree has; a tree may begin below the province. */
function knownPath(options: Option[], chain: string[]): string[] {
  const path: string[] = [];
  let level: Option[] | undefined = options;
  for (const code of chain) {
    const found: Option | undefined = level?.find((o) => o.value === code);
    if (!found) continue;
    path.push(code);
    level = found.children;
  }
  return path;
}
