import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.ts';
import { RUN_TABS, type RunTab } from './tabs/tab.ts';

const isTab = (value: unknown): value is RunTab => RUN_TABS.includes(value as RunTab);

export const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/runs/$runId',
  // The log stands in no address: it is what one sees first.
  validateSearch: ({ tab }: Record<string, unknown>): { tab?: RunTab } =>
    isTab(tab) && tab !== 'log' ? { tab } : {},
  component: lazyRouteComponent(() => import('./run.tsx'), 'Run'),
});
