export {
  AimOutlined, BorderOuterOutlined, ColumnWidthOutlined, DesktopOutlined, LineOutlined, MinusOutlined, PlusOutlined, PrinterOutlined,
} from '@ant-design/icons';

/** Three sheets on top of one another. */
export function StackedLayers() {
  return (
    <svg width="17" height="17" viewBox="0 0 18 18" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" aria-hidden="true">
      <path d="M9 1.800 16.500 5.900 9 10 1.500 5.900z" />
      <path d="m1.500 9.300 7.500 4.100 7.500-4.100M1.500 12.500 9 16.500l7.500-4" />
    </svg>
  );
}

/** A field with a dashed line across. */
export function DividingLine() {
  return (
    <svg width="17" height="17" viewBox="0 0 18 18" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" aria-hidden="true">
      <path d="M2.500 4.500 14 2.500l2 9-9 4-5-3.500z" />
      <path d="M4 16.500 14.500 1" strokeWidth="2" strokeDasharray="4 2" />
    </svg>
  );
}
