/** Something wider than a narrow window: it scrolls by itself, also by keyboard. */
import type { ReactNode } from 'react';

type Props = { readonly label: string; readonly children: ReactNode };

export function Scroll({ label, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section className="run-scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
