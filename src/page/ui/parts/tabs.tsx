/** Parts of a screen, of which one is shown. Which one belongs into the address. */
import type { ReactNode } from 'react';
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components/Tabs';
import './tabs.css';

export type TabItem<Id extends string> = {
  readonly id: Id;
  readonly label: ReactNode;
  readonly content: ReactNode;
};

type Props<Id extends string> = {
  /** What the tabs are about, for screen readers. */
  readonly label: string;
  readonly items: readonly TabItem<Id>[];
  readonly selected: Id;
  readonly onSelect: (id: Id) => void;
};

/** Only the selected part is there; the others are made anew when they are selected. */
export function Tabs<Id extends string>({ label, items, selected, onSelect }: Props<Id>) {
  return (
    <AriaTabs
      className="tabs"
      selectedKey={selected}
      onSelectionChange={(key) => {
        const found = items.find(({ id }) => id === key);
        if (found !== undefined && found.id !== selected) onSelect(found.id);
      }}
    >
      <TabList aria-label={label} className="tabs-list">
        {items.map((item) => (
          <Tab key={item.id} id={item.id} className="tabs-tab">
            {item.label}
          </Tab>
        ))}
      </TabList>
      {items.map(({ id, content }) => (
        <TabPanel key={id} id={id} className="tabs-panel">
          {content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
