/** The parts of the screen, each loaded when it is looked at. Which one is in the address. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ComponentType, lazy, Suspense } from 'react';
import { Tabs } from '../../../ui/parts/tabs.tsx';
import { Loading } from '../../../ui/states.tsx';
import type { RunTab, TabProps } from './tab.ts';
import './tabs.css';

const part = (load: () => Promise<{ readonly Part: ComponentType<TabProps> }>) =>
  lazy(async () => ({ default: (await load()).Part }));

const PARTS: readonly {
  readonly id: RunTab;
  readonly label: string;
  readonly Part: ComponentType<TabProps>;
}[] = [
  { id: 'log', label: 'Log', Part: part(() => import('./log.tsx')) },
  { id: 'events', label: 'Events', Part: part(() => import('./events.tsx')) },
  { id: 'params', label: 'Parameters', Part: part(() => import('./params.tsx')) },
  { id: 'details', label: 'Details', Part: part(() => import('./details.tsx')) },
  { id: 'timeline', label: 'Timeline', Part: part(() => import('./timeline.tsx')) },
  { id: 'related', label: 'Related runs', Part: part(() => import('./related.tsx')) },
];

export function RunTabs({ shown, recent }: TabProps) {
  const navigate = useNavigate({ from: '/runs/$runId' });
  const { tab = 'log' } = useSearch({ from: '/runs/$runId' });
  const count = shown.view.last_seq;
  return (
    <Tabs
      label="About this run"
      selected={tab}
      onSelect={(id) =>
        void navigate({
          to: '.',
          search: id === 'log' ? {} : { tab: id },
          replace: true,
          resetScroll: false,
        })
      }
      items={PARTS.map(({ id, label, Part }) => ({
        id,
        label: id === 'events' ? `${label} (${count.toLocaleString('en-US')})` : label,
        content: (
          <Suspense fallback={<Loading what={label} />}>
            <Part shown={shown} recent={recent} />
          </Suspense>
        ),
      }))}
    />
  );
}
