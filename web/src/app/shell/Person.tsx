import { UserOutlined } from '@ant-design/icons';
import { Button, Popover, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAbout } from '../../api/queries';
import { Failed } from '../../components/Failed/Failed';
import styles from './Shell.module.css';

/** Who sits here, and what runs here. Until rights exist it is the local user. */
export function Person() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" placement="bottomRight" title={t('top.about')} content={<Engines asked={open} />}>
      <Button type="text" className={styles.person} icon={<UserOutlined />}>
        {t('top.person')}
      </Button>
    </Popover>
  );
}

function Engines({ asked }: { asked: boolean }) {
  const { t } = useTranslation();
  const about = useAbout(asked);
  if (about.isError) return <Failed error={about.error} />;
  if (!about.data) return <Skeleton active paragraph={{ rows: 3 }} title={false} style={{ width: 220 }} />;
  const { version, postgis, geos, proj, gdal } = about.data;
  const rows = [[t('top.version'), version], ['PostGIS', postgis], ['GEOS', geos], ['PROJ', proj], ['GDAL', gdal]];
  return (
    <dl className={styles.about}>
      {rows.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} value`} className="num">{value}</dd>])}
    </dl>
  );
}
