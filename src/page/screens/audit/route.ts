import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.ts';
import { only } from '../../parts/search.ts';
import { textsIn } from './search.ts';

export const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audit',
  validateSearch: only(textsIn),
  component: lazyRouteComponent(() => import('./audit.tsx'), 'Audit'),
});
