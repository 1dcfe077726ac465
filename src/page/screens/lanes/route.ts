import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.ts';

export const lanesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/lanes',
  component: lazyRouteComponent(() => import('./lanes.tsx'), 'Lanes'),
});

export const laneRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/lanes/$lane',
  component: lazyRouteComponent(() => import('./lane.tsx'), 'Lane'),
});
