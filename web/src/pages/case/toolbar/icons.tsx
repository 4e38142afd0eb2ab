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
