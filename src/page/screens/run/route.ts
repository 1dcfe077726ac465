import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.ts';
import { only } from '../../parts/search.ts';
import { RUN_TABS, type RunSearch, type RunTab } from './tabs/tab.ts';
import { readTaskSearch } from './tasks/model/search.ts';

const isTab = (value: unknown): value is RunTab => RUN_TABS.includes(value as RunTab);

export const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/runs/$runId',
  validateSearch: only(
    ({ tab, types, ...search }): RunSearch => ({
      ...(isTab(tab) && tab !== 'log' && { tab }),
      ...(typeof types === 'string' && types !== '' && { types }),
      ...(tab === 'tasks' && readTaskSearch(search)),
    }),
  ),
  component: lazyRouteComponent(() => import('./run.tsx'), 'Run'),
});
