import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.ts';
import { only } from '../../parts/search.ts';
import type { LinkSearch } from './model/request.ts';

const NAMES = [
  'pipeline',
  'kind',
  'version',
  'lane',
  'target',
  'priority',
  'labels',
  'deadline',
  'what',
  'params',
  'from',
  'resume',
] as const satisfies readonly (keyof LinkSearch)[];

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

export const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/start',
  // All is text here: what is wrong with it is told in the form.
  validateSearch: only(
    (search): LinkSearch =>
      Object.fromEntries(
        NAMES.filter((name) => search[name] !== undefined && search[name] !== '').map((name) => [
          name,
          textOf(search[name]),
        ]),
      ),
  ),
  component: lazyRouteComponent(() => import('./start.tsx'), 'Start'),
});
