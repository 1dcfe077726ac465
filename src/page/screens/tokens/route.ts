import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.ts';
import { domainIn, only } from '../../parts/search.ts';

export const tokensRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tokens',
  validateSearch: only(domainIn),
  component: lazyRouteComponent(() => import('./tokens.tsx'), 'Tokens'),
});
