import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, type Language } from '../../i18n';

/** 中文 / English. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  return (
    <Segmented<Language>
      size="small"
      aria-label={t('top.language')}
      value={i18n.language as Language}
      onChange={chooseLanguage}
      options={[{ label: '中文', value: 'zh-CN' }, { label: 'EN', value: 'en' }]}
    />
  );
}
