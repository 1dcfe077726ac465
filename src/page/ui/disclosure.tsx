/** Something that is shown when its heading is pressed. */
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import {
  Disclosure as AriaDisclosure,
  DisclosurePanel,
  type DisclosureProps,
} from 'react-aria-components/Disclosure';
import { Heading } from 'react-aria-components/Heading';
import './disclosure.css';

type Props = Omit<DisclosureProps, 'className' | 'children'> & {
  readonly title: ReactNode;
  /** Of its heading. */
  readonly level?: 2 | 3 | 4;
  readonly children: ReactNode;
};

export function Disclosure({ title, level = 3, children, ...rest }: Props) {
  return (
    <AriaDisclosure {...rest} className="disclosure">
      <Heading level={level} className="disclosure-head">
        <Button slot="trigger" className="disclosure-button">
          <span className="disclosure-sign" aria-hidden="true">
            ▸
          </span>
          {title}
        </Button>
      </Heading>
      <DisclosurePanel className="disclosure-panel">{children}</DisclosurePanel>
    </AriaDisclosure>
  );
}
