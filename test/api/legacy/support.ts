/** The paths of the original service on the memory world. */
import { JOB, testApi } from '../support.ts';

export const BASE = '/api/v1/pipeline';
const LONG = {
  script: () => ({
    lines: [
      { at: 0, text: '[1/2] one' },
      { at: 500, text: '[2/2] two' },
    ],
    endsAt: 3_600_000,
    exitCode: 0,
  }),
};

type TestApi = ReturnType<typeof testApi>;

/** An API whose catalogue has the pipeline `hello`; its runs go on until they are stopped. */
export async function withHello(options: Parameters<typeof testApi>[1] = LONG): Promise<TestApi> {
  const api = testApi({}, options);
  const entry = { name: 'hello', kind: 'container', container: JOB.container };
  await api.call('/api/v1/pipelines', { body: entry });
  return api;
}

export const run = (api: TestApi, body: object = {}) =>
  api.call(`${BASE}/run`, { body: { pipeline: 'hello', ...body } });
