import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.ts';
import { domainIn } from '../../parts/domain-in.ts';

export const tokensRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tokens',
  validateSearch: domainIn,
  component: lazyRouteComponent(() => import('./tokens.tsx'), 'Tokens'),
});
