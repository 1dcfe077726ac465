import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.ts';
import { domainIn, only } from '../../parts/search.ts';

const wholeNumber = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : undefined;

export type PipelineSearch = {
  readonly domain?: string;
  /** Versions that are compared. */
  readonly old?: number;
  readonly new?: number;
};

function readSearch(search: Readonly<Record<string, unknown>>): PipelineSearch {
  const [old, now] = [wholeNumber(search['old']), wholeNumber(search['new'])];
  return { ...domainIn(search), ...(old && { old }), ...(now && { new: now }) };
}

export const pipelinesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/pipelines',
  validateSearch: only(domainIn),
  component: lazyRouteComponent(() => import('./pipelines.tsx'), 'Pipelines'),
});

export const pipelineRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/pipelines/$pipeline',
  validateSearch: only(readSearch),
  component: lazyRouteComponent(() => import('./pipeline.tsx'), 'Pipeline'),
});

export const editPipelineRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/pipelines/$pipeline/edit',
  validateSearch: only(domainIn),
  component: lazyRouteComponent(() => import('./edit-pipeline.tsx'), 'EditPipeline'),
});

export const newPipelineRoute = createRoute({
  getParentRoute: () => rootRoute,
  // Beside the others: a pipeline may be called new.
  path: '/new/pipeline',
  validateSearch: only((search): { domain?: string; from?: string } => ({
    ...domainIn(search),
    ...(typeof search['from'] === 'string' && { from: search['from'] }),
  })),
  component: lazyRouteComponent(() => import('./edit-pipeline.tsx'), 'NewPipeline'),
});
