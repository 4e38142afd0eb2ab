import { App, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClaimFeature, WithdrawalKind } from '../../../api/types';
import { useWithdraw } from '../../../api/withdrawals';
import { Failed } from '../../../components/Failed/Failed';
import { datumName } from '../../walk/told';
import styles from './WithdrawDialog.module.css';

/** Asks whose doing it is that a claim stands no more, and why, and withdraws it. A claim in doubt comes with its reason. */
export function WithdrawDialog({ claim, onClose }: { claim: ClaimFeature; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { party, doubt } = claim.properties;
  const [kind, setKind] = useState<WithdrawalKind | null>(doubt ? 'error' : null);
  const [reason, setReason] = useState(doubt ? t('withdrawal.reasonDatum', { datum: datumName(doubt.datum) }) : '');
  const withdraw = useWithdraw(claim);
  const ready = kind !== null && reason.trim() !== '';
  const send = () =>
    withdraw.mutate(
      { kind: kind!, reason: reason.trim(), walk: kind === 'error' ? doubt?.walk : undefined },
      {
        onSuccess: () => {
          void message.success(t('withdrawal.done'));
          onClose();
        },
      },
    );
  return (
    <Modal
      open
      title={t('withdrawal.title', { party })}
      okText={t('withdrawal.ok')}
      cancelText={t('common.cancel')}
      okButtonProps={{ danger: true, disabled: !ready, loading: withdraw.isPending, 'data-testid': 'withdraw-ok' }}
      onOk={send}
      onCancel={onClose}
    >
      <div className={styles.form} data-testid="withdraw-dialog">
        <p className={styles.explain}>{t('withdrawal.explain')}</p>
        <Radio.Group value={kind} onChange={(e) => setKind(e.target.value as WithdrawalKind)} className={styles.kinds} aria-label={t('withdrawal.why')}>
          <Radio value="party" data-testid="withdraw-party">{t('withdrawal.party')}</Radio>
          <Radio value="error" data-testid="withdraw-error">{t('withdrawal.error')}</Radio>
        </Radio.Group>
        <label>
          {t('withdrawal.reason')}
          <Input.TextArea value={reason} maxLength={1000} autoSize={{ minRows: 2, maxRows: 6 }} placeholder={t('withdrawal.reasonHint')} onChange={(e) => setReason(e.target.value)} data-testid="withdraw-reason" />
        </label>
        {withdraw.isError && <Failed error={withdraw.error} />}
      </div>
    </Modal>
  );
}
