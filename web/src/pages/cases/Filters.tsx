import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { caseKinds, caseStatuses, type CaseQuery } from '../../api/types';
import { Days } from '../../components/Days/Days';
import { usePatchQuery, type Patch } from '../../url/query';
import styles from './CasesPage.module.css';

interface Props {
  query: CaseQuery;
  filtered: boolean;
  onClear: () => void;
}

/** The filters of the list. A change begins the list anew, so the cursor goes. */
export function Filters({ query, filtered, onClear }: Props) {
  const { t } = useTranslation();
  const change = usePatchQuery();
  const patch = (p: Patch) => change({ ...p, cursor: undefined });
  return (
    <div className={styles.filters} role="search">
      <Select
        style={{ width: 116 }}
        allowClear
        placeholder={t('cases.kind')}
        aria-label={t('cases.kind')}
        value={query.kind}
        onChange={(kind?: string) => patch({ kind })}
        options={caseKinds.map((k) => ({ value: k, label: t(`kind.${k}`) }))}
      />
      <Select
        mode="multiple"
        style={{ minWidth: 160 }}
        allowClear
        maxTagCount="responsive"
        placeholder={t('cases.status')}
        aria-label={t('cases.status')}
        value={query.status}
        onChange={(s: string[]) => patch({ status: s.join(',') || undefined })}
        options={caseStatuses.map((s) => ({ value: s, label: t(`status.${s}`) }))}
      />
      <YesNo label={t('cases.filterResolved')} yes={t('cases.closed')} no={t('cases.open')} value={query.resolved} onChange={(v) => patch({ resolved: v })} />
      <YesNo label={t('cases.crossing')} yes={t('threeCross.label')} no={t('threeCross.none')} value={query.three_cross} onChange={(v) => patch({ three_cross: v })} />
      <Days label={t('cases.acceptedBetween')} from={query.accepted_from} before={query.accepted_before} onChange={(f, b) => patch({ accepted_from: f, accepted_before: b })} />
      <Days label={t('cases.resolvedBetween')} from={query.resolved_from} before={query.resolved_before} onChange={(f, b) => patch({ resolved_from: f, resolved_before: b })} />
      {filtered && <Button type="link" onClick={onClear}>{t('cases.clear')}</Button>}
    </div>
  );
}

interface YesNoProps {
  label: string;
  yes: string;
  no: string;
  value: boolean | undefined;
  onChange: (value: 'true' | 'false' | undefined) => void;
}

function YesNo({ label, yes, no, value, onChange }: YesNoProps) {
  return (
    <Select
      style={{ width: 128 }}
      allowClear
      placeholder={label}
      aria-label={label}
      value={value === undefined ? undefined : (String(value) as 'true' | 'false')}
      onChange={onChange}
      options={[{ value: 'true' as const, label: yes }, { value: 'false' as const, label: no }]}
    />
  );
}
