import { useTranslation } from 'react-i18next';
import type { Layer } from '../../../api/types';
import { tokens } from '../../../app/tokens';
import { partyColour, withAlpha } from '../../../map/colour';
import styles from './Toolbar.module.css';

const [w, h] = [44, 18];

/** The sign of a layer as the map draws it. */
export function Swatch({ layer }: { layer: Layer | 'tolerance' }) {
  return (
    <svg className={styles.swatch} width={w} height={h} viewBox={`0 0 ${w} ${h}`} aria-hidden="true">
      {sign(layer)}
    </svg>
  );
}

function sign(layer: Layer | 'tolerance') {
  const box = { x: 1, y: 1, width: w - 2, height: h - 2 };
  const lines = Array.from({ length: 9 }, (_, i) => `M${i * 9 - 14} ${h} l${h} ${-h}`).join('');
  switch (layer) {
    case 'orthophoto':
      return <><rect {...box} fill="#7E9B6B" /><path d="M1 14c10-8 18-2 26-6s12-5 16-4v13H1z" fill="#5D7F9C" /></>;
    case 'claims':
      return <><path d={`M2 6h${w - 4}`} stroke={partyColour(1)} strokeWidth="2.2" /><path d={`M2 13h${w - 4}`} stroke={partyColour(2)} strokeWidth="2.2" /></>;
    case 'bands':
      return <><rect x="1" y="4" width={w - 2} height="10" fill={withAlpha(partyColour(1), 0.2)} /><path d={`M1 9h${w - 2}`} stroke={partyColour(1)} strokeWidth="1.4" /></>;
    case 'nominal':
      return <><rect {...box} fill={withAlpha(tokens.contested, 0.18)} /><path d={lines} stroke={withAlpha(tokens.contested, 0.6)} /><rect {...box} fill="none" stroke={tokens.contested} /></>;
    case 'core':
      return <><rect {...box} fill={withAlpha(tokens.contested, 0.38)} /><path d={lines} stroke={withAlpha(tokens.contested, 0.85)} strokeWidth="1.4" /></>;
    case 'outer':
      return <rect {...box} fill="none" stroke={tokens.contested} strokeWidth="1.6" strokeDasharray="6 4" />;
    case 'tolerance':
      return <><rect {...box} fill={withAlpha(tokens.tolerance, 0.22)} stroke={tokens.toleranceText} />{[6, 14, 22, 30, 38].flatMap((x) => [5, 12].map((y) => <circle key={`${x}${y}`} cx={x} cy={y} r="1" fill="#4A4A4A" />))}</>;
    case 'walks':
      return <path d={`M2 12c10-10 18 6 ${w - 4}-6`} fill="none" stroke="#4A5666" strokeDasharray="2 3" />;
  }
}

/** Fixed, float, single: dot, ring, cross. */
export function FixSigns() {
  const { t } = useTranslation();
  return (
    <span className={styles.fixes}>
      <span className={styles.fix}><svg width="12" height="12"><circle cx="6" cy="6" r="4" fill={tokens.fixFixed} /></svg>{t('walk.fixed')}</span>
      <span className={styles.fix}><svg width="12" height="12"><circle cx="6" cy="6" r="4" fill="#fff" stroke={tokens.fixFloat} strokeWidth="2" /></svg>{t('walk.float')}</span>
      <span className={styles.fix}><svg width="12" height="12"><path d="m2 2 8 8m0-8-8 8" stroke={tokens.fixSingle} strokeWidth="2" /></svg>{t('walk.single')}</span>
    </span>
  );
}
