'use client';

import { useTranslate } from '#use-translate';
import { messages } from '../../i18n/translate.ts';

const NAMES = messages({ system: 'System', light: 'Light', dark: 'Dark' });

export type Theme = keyof typeof NAMES;

const YEAR_S = 365 * 24 * 60 * 60;

function choose(theme: Theme) {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
}

/** The theme is in a cookie, so that the server renders it and no other theme flashes. */
export function ThemeChoice({ initial }: { initial: Theme }) {
  const t = useTranslate();
  return (
    <fieldset className="seg">
      <legend className="vh">{t('Theme')}</legend>
      {(Object.keys(NAMES) as Theme[]).map((theme) => (
        <label key={theme}>
          <input
            type="radio"
            name="theme"
            value={theme}
            defaultChecked={theme === initial}
            onChange={() => choose(theme)}
          />
          <span>{t(NAMES[theme])}</span>
        </label>
      ))}
    </fieldset>
  );
}
