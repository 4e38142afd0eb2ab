import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { speak } from '../api/client';
import { en } from './en';
import { zh } from './zh';

export type Language = 'zh-CN' | 'en';

const storageKey = 'jieshi.language';

/** The language chosen before on this machine; Chinese at first. */
function rememberedLanguage(): Language {
  try {
    return localStorage.getItem(storageKey) === 'en' ? 'en' : 'zh-CN';
  } catch {
    return 'zh-CN'; // storage may be forbidden
  }
}

/** Starts the translations. */
export function startI18n(): void {
  i18next.on('languageChanged', (lang) => {
    document.documentElement.lang = lang;
    speak(lang);
  });
  void i18next.use(initReactI18next).init({
    resources: { 'zh-CN': { translation: zh }, en: { translation: en } },
    lng: rememberedLanguage(),
    fallbackLng: 'zh-CN',
    interpolation: { escapeValue: false },
    returnNull: false,
    showSupportNotice: false,
  });
}

/** Changes the language and remembers it on this machine. */
export function chooseLanguage(lang: Language): void {
  try {
    localStorage.setItem(storageKey, lang);
  } catch {
    // The choice then lasts until the page closes.
  }
  void i18next.changeLanguage(lang);
}
