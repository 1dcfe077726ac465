/** The parts of the screen, each loaded when it is looked at. Which one is in the address. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ComponentType, lazy, Suspense } from 'react';
import { knownTasks } from '../../../../core/tasks/status.ts';
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
  { id: 'tasks', label: 'Tasks', Part: part(() => import('../tasks/tasks.tsx')) },
  { id: 'events', label: 'Events', Part: part(() => import('./events.tsx')) },
  { id: 'params', label: 'Parameters', Part: part(() => import('./params.tsx')) },
  { id: 'details', label: 'Details', Part: part(() => import('./details.tsx')) },
  { id: 'files', label: 'Files', Part: part(() => import('../files/files.tsx')) },
  { id: 'timeline', label: 'States', Part: part(() => import('./timeline.tsx')) },
  { id: 'related', label: 'Related runs', Part: part(() => import('./related.tsx')) },
];

export function RunTabs({ shown, recent }: TabProps) {
  const navigate = useNavigate({ from: '/runs/$runId' });
  const { tab = 'log' } = useSearch({ from: '/runs/$runId' });
  const { view } = shown;
  const { tasks } = view.progress ?? {};
  const counts: Partial<Record<RunTab, number>> = {
    events: view.last_seq,
    ...(tasks && { tasks: knownTasks(tasks) }),
  };
  // Only Nextflow has tasks.
  const parts = PARTS.filter(({ id }) => id !== 'tasks' || view.kind === 'nextflow');
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
      items={parts.map(({ id, label, Part }) => ({
        id,
        label:
          counts[id] === undefined ? label : `${label} (${counts[id].toLocaleString('en-US')})`,
        content: (
          <Suspense fallback={<Loading what={label} />}>
            <Part shown={shown} recent={recent} />
          </Suspense>
        ),
      }))}
    />
  );
}
