import { DatePicker } from 'antd';
import dayjs from 'dayjs';

interface DaysProps {
  label: string;
  from: string | undefined;
  before: string | undefined;
  onChange: (from: string | undefined, before: string | undefined) => void;
}

/** A range of days; people read both ends as included, the address excludes the last. */
export function Days({ label, from, before, onChange }: DaysProps) {
  return (
    <DatePicker.RangePicker
      style={{ width: 268 }}
      allowEmpty={[true, true]}
      placeholder={[`${label} ≥`, '≤']}
      value={[from ? dayjs(from) : null, before ? dayjs(before).subtract(1, 'day') : null]}
      onChange={(range) => onChange(range?.[0]?.format('YYYY-MM-DD'), range?.[1]?.add(1, 'day').format('YYYY-MM-DD'))}
    />
  );
}
