/** All screens: a new one is a folder with its route, a line here, and one in `navigation.ts` if the header leads to it. */
import { createRoute, redirect } from '@tanstack/react-router';
import { rootRoute } from '../app/root.ts';
import { aboutRoute } from './about/route.ts';
import { domainsRoute } from './domains/route.ts';
import { lanesRoute } from './lanes/route.ts';
import { pipelinesRoute } from './pipelines/route.ts';
import { runRoute } from './run/route.ts';
import { runsRoute } from './runs/route.ts';
import { startRoute } from './start/route.ts';
import { targetsRoute } from './targets/route.ts';
import { tokensRoute } from './tokens/route.ts';

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/runs', replace: true });
  },
});

export const screens = [
  homeRoute,
  runsRoute,
  runRoute,
  startRoute,
  lanesRoute,
  pipelinesRoute,
  targetsRoute,
  tokensRoute,
  domainsRoute,
  aboutRoute,
] as const;
