/** Which colours the page has. */
import type { Theme } from './colours.ts';

const dark = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');

export function currentTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  if (theme === 'light' || theme === 'dark') return theme;
  return dark().matches ? 'dark' : 'light';
}

/** The returned function ends it. */
export function onTheme(listener: () => void): () => void {
  const query = dark();
  const observer = new MutationObserver(listener);
  query.addEventListener('change', listener);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    query.removeEventListener('change', listener);
    observer.disconnect();
  };
}
