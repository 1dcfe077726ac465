import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.ts';
import { domainIn } from '../../parts/domain-in.ts';

export const targetsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/targets',
  validateSearch: domainIn,
  component: lazyRouteComponent(() => import('./targets.tsx'), 'Targets'),
});

export const targetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/targets/$target',
  validateSearch: domainIn,
  component: lazyRouteComponent(() => import('./target.tsx'), 'Target'),
});

export const editTargetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/targets/$target/edit',
  validateSearch: domainIn,
  component: lazyRouteComponent(() => import('./edit-target.tsx'), 'EditTarget'),
});

export const newTargetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/new/target',
  validateSearch: domainIn,
  component: lazyRouteComponent(() => import('./edit-target.tsx'), 'NewTarget'),
});
