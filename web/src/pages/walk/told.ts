import type { TFunction } from 'i18next';
import type { Walk } from '../../api/types';
import { lengthText, sigmaText } from '../../format/length';

/** What the person who brought a walk said of it, in words. */
export function toldWords({ told }: Pick<Walk, 'told'>, t: TFunction): string[] {
  return [
    told.stops === 'keep' && t('walkReport.toldKeep'),
    told.drop_flagged && (told.consent ? t('walkReport.toldDropBy', { name: told.consent }) : t('walkReport.toldDrop')),
    told.fixed_only && t('upload.fixedOnly'),
    told.repair === 'enclose' && t('upload.repairEnclose'),
    told.sigma_m > 0 && t('walkReport.toldSigma', { sigma: sigmaText(told.sigma_m) }),
    told.closing_gap_m && t('walkReport.toldGap', { length: lengthText(told.closing_gap_m) }),
    told.datum?.declared && t('walkReport.toldDatum', { datum: datumName(told.datum.declared) }),
    told.mapping?.length && t('walkReport.toldMapping', { columns: told.mapping.join(', ') }),
    told.srid && `EPSG:${told.srid}`,
  ].filter((words): words is string => Boolean(words));
}

const names: Record<string, string> = { wgs84: 'WGS 84', cgcs2000: 'CGCS2000', gcj02: 'GCJ-02', bd09: 'BD-09' };

export const datumName = (datum: string): string => names[datum] ?? datum;
