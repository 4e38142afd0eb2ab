import type { TFunction } from 'i18next';
import type { Audit } from '../../api/types';

/** What an audit is called: its number and its registers. */
export function auditName(audit: Audit, t: TFunction): string {
  return `${t('audit.one', { id: audit.id })} ${registersOf(audit)}`;
}

/** The register, or both. */
export function registersOf(audit: Audit): string {
  return audit.against ? `${audit.layer} × ${audit.against}` : audit.layer;
}
