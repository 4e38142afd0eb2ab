import { Skeleton } from 'antd';

/** What stands in the frame until the page's own code is here. */
export function Waiting() {
  return (
    <div style={{ padding: 24 }} aria-busy="true">
      <Skeleton active paragraph={{ rows: 6 }} />
    </div>
  );
}
