import { createRouter, parseSearchWith, stringifySearchWith } from '@tanstack/react-router';
import { screens } from '../screens/index.ts';
import { rootRoute } from './root.ts';
import { NotFound, ScreenError, ScreenLoading } from './screen-states.tsx';
import { Shell } from './shell.tsx';

const routeTree = rootRoute.update({ component: Shell }).addChildren(screens);

/**
 * A value of an address is JSON only if it is the same when it is written again: params in a link keep their digits and order, as
 * text.
 */
function parseExact(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (JSON.stringify(value) !== text) throw new SyntaxError('It would be written in another way.');
  return value;
}

export const createPageRouter = () =>
  createRouter({
    routeTree,
    basepath: '/ui',
    parseSearch: parseSearchWith(parseExact),
    stringifySearch: stringifySearchWith(JSON.stringify, parseExact),
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
