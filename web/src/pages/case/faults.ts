import type { TFunction } from 'i18next';
import type { Walk } from '../../api/types';
import type { FaultMark } from '../../map/scene';
import { zh } from '../../i18n/zh';

type Fault = Walk['report']['faults'][number];

/** What is questioned about a walk, in words: the server's, else the page's own for the rule. */
export function faultText(fault: Fault, t: TFunction, language: string): string {
  const told = language === 'en' ? fault.text?.en : fault.text?.zh;
  if (told) return told;
  return fault.rule in zh.fault ? t(`fault.${fault.rule}`) : t('fault.other', { rule: fault.rule });
}

/** The name of a fault in the address: the walk and the place in its list. */
export function faultKey(walk: Walk, index: number): string {
  return `${walk.id}.${index}`;
}

/** All questioned places of the walks. */
export function faultMarks(walks: readonly Walk[], t: TFunction, language: string): FaultMark[] {
  return walks.flatMap((walk) =>
    walk.report.faults.map((fault, i) => ({ key: faultKey(walk, i), lon: fault.at.lon, lat: fault.at.lat, text: faultText(fault, t, language) })));
}
