'use client';

export type Theme = 'system' | 'light' | 'dark';

const YEAR_S = 365 * 24 * 60 * 60;

function choose(theme: Theme) {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
}

/** The theme is in a cookie, so that the server renders it and no other theme flashes. */
export function ThemeChoice({ initial }: { initial: Theme }) {
  return (
    <fieldset className="seg">
      <legend className="vh">Theme</legend>
      {(['system', 'light', 'dark'] as const).map((theme) => (
        <label key={theme}>
          <input
            type="radio"
            name="theme"
            value={theme}
            defaultChecked={theme === initial}
            onChange={() => choose(theme)}
          />
          <span>{theme[0]?.toUpperCase() + theme.slice(1)}</span>
        </label>
      ))}
    </fieldset>
  );
}
