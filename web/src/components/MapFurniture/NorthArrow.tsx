import { useTranslation } from 'react-i18next';
import styles from './MapFurniture.module.css';

/** The north arrow. The map is never turned, so it always points up. */
export function NorthArrow({ size = 40 }: { size?: number }) {
  const { t } = useTranslation();
  return (
    <svg className={styles.north} width={size} height={size * 1.3} viewBox="0 0 40 52" role="img" aria-label={t('map.north')}>
      <text x="20" y="13" textAnchor="middle" fontSize="14" fontWeight="700">{t('map.north')}</text>
      <path d="M20 17 30 49 20 42z" fill="#1B2430" />
      <path d="M20 17 10 49 20 42z" fill="#fff" stroke="#1B2430" strokeWidth="1.2" strokeLinejoin="round" />
    </svg>
  );
}
