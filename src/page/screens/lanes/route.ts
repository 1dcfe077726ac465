import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.ts';

export const lanesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/lanes',
  component: lazyRouteComponent(() => import('./lanes.tsx'), 'Lanes'),
});
