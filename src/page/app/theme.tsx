/** Light, dark, or as the system says. `public/theme.js` sets it before the first drawing. */
import { createStore, useStore } from './store.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
const STORED = 'sluice.theme';
const SIGNS: Readonly<Record<Theme, string>> = { system: '◐', light: '☀', dark: '☾' };

const current = (): Theme => {
  const { theme } = document.documentElement.dataset;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
};

export const theme = createStore<Theme>(current());

export function chooseTheme(next: Theme): void {
  if (next === 'system') {
    delete document.documentElement.dataset['theme'];
    localStorage.removeItem(STORED);
  } else {
    document.documentElement.dataset['theme'] = next;
    localStorage.setItem(STORED, next);
  }
  theme.set(next);
}

export function ThemeSwitch() {
  const shown = useStore(theme);
  const next = THEMES[(THEMES.indexOf(shown) + 1) % THEMES.length] ?? 'system';
  return (
    <button
      type="button"
      className="shell-theme"
      aria-label={`Colours: ${shown}. Change to ${next}.`}
      title={`Colours: ${shown}`}
      onClick={() => chooseTheme(next)}
    >
      <span aria-hidden="true">{SIGNS[shown]}</span>
    </button>
  );
}
