/** On or off, in force at once: what waits for a button to save is a checkbox. */
import type { ReactNode } from 'react';
import { type SwitchProps as AriaProps, Switch as AriaSwitch } from 'react-aria-components/Switch';
import './switch.css';

type SwitchProps = Omit<AriaProps, 'className' | 'children'> & { readonly children: ReactNode };

export function Switch({ children, ...props }: SwitchProps) {
  return (
    <AriaSwitch {...props} className="switch">
      <span className="switch-track" aria-hidden="true" />
      {children}
    </AriaSwitch>
  );
}
