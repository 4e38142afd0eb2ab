import { useImperativeHandle, useRef, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { CRS } from '../../api/types';
import { lonLatText, planeText } from '../../format/coordinate';
import { copyText } from '../Copy/clipboard';
import styles from './MapFurniture.module.css';

export interface ReadoutHandle {
  /** Shows a place: degrees, and the plane coordinates [east, north] when there is a plane. */
  show(lonLat: readonly [number, number] | null, plane: readonly [number, number] | null): void;
}

/**
 * The coordinates under the pointer; the last ones stay when it leaves, and a
 * click copies them. Written straight into the page: it changes with every move.
 */
export function Readout({ ref, crs }: { ref: Ref<ReadoutHandle>; crs: CRS | undefined }) {
  const { t, i18n } = useTranslation();
  const planeLine = useRef<HTMLSpanElement>(null);
  const degrees = useRef<HTMLSpanElement>(null);
  const [copied, setCopied] = useState(false);
  const [seen, setSeen] = useState(false);
  useImperativeHandle(ref, () => ({
    show(lonLat, plane) {
      if (!lonLat) return;
      setSeen(true);
      if (planeLine.current) planeLine.current.textContent = plane ? planeText(...plane) : '';
      if (degrees.current) degrees.current.textContent = lonLatText(...lonLat);
    },
  }), []);
  const copy = async () => {
    const text = [planeLine.current?.textContent, crs && (i18n.language === 'en' ? crs.name.en : crs.name.zh), degrees.current?.textContent].filter(Boolean).join(' · ');
    setCopied(await copyText(text));
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <button type="button" className={`${styles.readout} no-print`} onClick={copy} title={t('map.copyHint')} hidden={!seen} data-testid="readout">
      <span ref={planeLine} />
      {crs && <span className={styles.crs}>{i18n.language === 'en' ? crs.name.en : crs.name.zh}</span>}
      <span ref={degrees} />
      {copied && <span className={styles.copied}>{t('common.copied')}</span>}
    </button>
  );
}
