import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useClaims } from '../../api/queries';
import type { Walk } from '../../api/types';
import { walkPath } from '../../url/filters';
import { WithdrawDialog } from '../case/dialogs/WithdrawDialog';
import { datumName } from './told';

/** That a live claim made of the walk's file is in doubt, on the report of the reading that says so and on that of the claim. */
export function Doubt({ walk, open }: { walk: Walk; open: boolean }) {
  const { t } = useTranslation();
  const [leaving, setLeaving] = useState(false);
  const claim = useClaims(walk.case).data?.features.find(({ properties: p }) => p.doubt && (p.doubt.walk === walk.id || p.walk === walk.id));
  if (!claim) return null;
  const { party, version, doubt } = claim.properties;
  const datum = datumName(doubt!.datum);
  const here = doubt!.walk === walk.id;
  return (
    <>
      <Alert
        type="warning"
        showIcon
        title={t('withdrawal.bannerTitle', { party, version })}
        description={<>{t(here ? 'withdrawal.banner' : 'withdrawal.bannerMade', { datum })} {!here && <Link to={walkPath(walk.case, doubt!.walk)}>{t('withdrawal.seeReading')}</Link>}</>}
        action={open && <Button danger onClick={() => setLeaving(true)} data-testid="walk-withdraw">{t('withdrawal.ok')}</Button>}
        data-testid="walk-doubt"
      />
      {leaving && <WithdrawDialog claim={claim} onClose={() => setLeaving(false)} />}
    </>
  );
}
