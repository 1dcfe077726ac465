import { createRouter } from '@tanstack/react-router';
import { screens } from '../screens/index.ts';
import { rootRoute } from './root.ts';
import { NotFound, ScreenError, ScreenLoading } from './screen-states.tsx';
import { Shell } from './shell.tsx';

const routeTree = rootRoute.update({ component: Shell }).addChildren(screens);

export const createPageRouter = () =>
  createRouter({
    routeTree,
    basepath: '/ui',
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: ScreenError,
    defaultPendingComponent: ScreenLoading,
    defaultPreload: 'intent',
    scrollRestoration: true,
  });

declare module '@tanstack/react-router' {
  // Links are checked by it.
  interface Register {
    router: ReturnType<typeof createPageRouter>;
  }
}
