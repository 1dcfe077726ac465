import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.ts';

export const domainsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/domains',
  component: lazyRouteComponent(() => import('./domains.tsx'), 'Domains'),
});

export const domainRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/domains/$domain',
  component: lazyRouteComponent(() => import('./domain.tsx'), 'Domain'),
});
