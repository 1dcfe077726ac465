/** All screens: a new one is a folder with its route, a line here, and one in `navigation.ts` if the header leads to it. */
import { createRoute, redirect } from '@tanstack/react-router';
import { rootRoute } from '../app/root.ts';
import { aboutRoute } from './about/route.ts';
import { auditRoute } from './audit/route.ts';
import { domainRoute, domainsRoute } from './domains/route.ts';
import { laneRoute, lanesRoute } from './lanes/route.ts';
import {
  editPipelineRoute,
  newPipelineRoute,
  pipelineRoute,
  pipelinesRoute,
} from './pipelines/route.ts';
import { runRoute } from './run/route.ts';
import { runsRoute } from './runs/route.ts';
import { startRoute } from './start/route.ts';
import { editTargetRoute, newTargetRoute, targetRoute, targetsRoute } from './targets/route.ts';
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
  laneRoute,
  pipelinesRoute,
  pipelineRoute,
  editPipelineRoute,
  newPipelineRoute,
  targetsRoute,
  targetRoute,
  editTargetRoute,
  newTargetRoute,
  tokensRoute,
  domainsRoute,
  domainRoute,
  auditRoute,
  aboutRoute,
] as const;
