/** Launches as `toLaunch` makes them, for tests of what is made of them. */
import type { Launch } from '../../../src/core/runs/request.ts';

const COMMON = {
  params: '{}',
  deadline_seconds: null,
  request: '{}',
  unchecked_params: [],
  pipeline_version: null,
};

export const nextflowLaunch = (
  own: Partial<NonNullable<Launch['nextflow']>> = {},
  more: Partial<Launch> = {},
): Launch => ({
  kind: 'nextflow',
  pipeline: 'acme/flow',
  nextflow: {
    source: 'acme/flow',
    revision: null,
    profile: null,
    work_dir: null,
    plugins: null,
    ...own,
  },
  ...COMMON,
  ...more,
});

export const containerLaunch = (
  own: Partial<NonNullable<Launch['container']>> = {},
  more: Partial<Launch> = {},
): Launch => ({
  kind: 'container',
  pipeline: 'job',
  container: { image: 'img:1', ...own },
  ...COMMON,
  ...more,
});

export const shellLaunch = (
  own: Partial<NonNullable<Launch['shell']>> = {},
  more: Partial<Launch> = {},
): Launch => ({
  kind: 'shell',
  pipeline: 'job',
  shell: { script: 'echo hello', ...own },
  ...COMMON,
  ...more,
});
