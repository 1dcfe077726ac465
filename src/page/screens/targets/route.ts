import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.ts';
import { domainIn, only } from '../../parts/search.ts';

export const targetsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/targets',
  validateSearch: only(domainIn),
  component: lazyRouteComponent(() => import('./targets.tsx'), 'Targets'),
});

export const targetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/targets/$target',
  validateSearch: only(domainIn),
  component: lazyRouteComponent(() => import('./target.tsx'), 'Target'),
});

export const editTargetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/targets/$target/edit',
  validateSearch: only(domainIn),
  component: lazyRouteComponent(() => import('./edit-target.tsx'), 'EditTarget'),
});

export const newTargetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/new/target',
  validateSearch: only(domainIn),
  component: lazyRouteComponent(() => import('./edit-target.tsx'), 'NewTarget'),
});
