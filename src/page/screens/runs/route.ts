import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.ts';
import { only } from '../../parts/search.ts';
import { parseFilters } from './filters/filters.ts';

export const runsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/runs',
  validateSearch: only(parseFilters),
  component: lazyRouteComponent(() => import('./runs.tsx'), 'Runs'),
});
