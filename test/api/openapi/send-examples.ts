/** Sends the examples of the OpenAPI document as they stand there, in an order in which they can be. */
import { towerNews } from '../../../src/core/nextflow/trace/tower.ts';
import { takeNews } from '../../../src/engine/store/tasks/task-store.ts';
import { cleanUp, START } from '../../support/world.ts';
import { type Answer, JOB, type testApi } from '../support.ts';

type Parameter = { readonly name: string; readonly in: string; readonly example?: string };
export type Operation = {
  readonly path: string;
  readonly method: string;
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly example?: unknown }>>;
  };
};
type TestApi = ReturnType<typeof testApi>;

/** Tells of a task of the run, as Nextflow does. Returns its id. */
async function makeTask({ world }: TestApi, runId: string): Promise<string> {
  const task = { taskId: 1, status: 'RUNNING', hash: 'ab/cdef12', name: 'HELLO' };
  await takeNews(world, runId, 1, towerNews('progress', { tasks: [task], instant: START }));
  return '1';
}

export function operations(document: TestApi['document']): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...(operation as unknown as Operation),
      path,
      method: method.toUpperCase(),
    })),
  );
}

export const bodyOf = ({ requestBody }: Operation): unknown =>
  requestBody?.content['application/json']?.example;

/** What makes things, what changes and reads them, what takes them away. */
const rank = ({ operationId, method }: Operation): number => {
  if (operationId === 'legacyCancel') return -1;
  if (/^(create|start|putLane)/.test(operationId)) return 0;
  if (method === 'DELETE') return 3;
  return /confirm/.test(operationId) ? 2 : 1;
};

/** Calls `sent` after each, in order. Ids are those of the run and the token that were made before. */
export async function sendExamples(
  api: TestApi,
  wanted: (operation: Operation) => boolean,
  sent: (operation: Operation, answer: Answer) => void,
  headers: Record<string, string> = {},
): Promise<void> {
  await api.call('/api/v1/targets', { body: { name: 'default' } });
  await api.call('/api/v1/pipelines', { body: { ...JOB, name: 'hello', pipeline: undefined } });
  const ids: Record<string, string> = {};
  const all = operations(api.document).filter(wanted);
  for (const operation of all.toSorted((a, b) => rank(a) - rank(b))) {
    const { method, path, operationId, parameters = [] } = operation;
    if (operationId === 'deleteRun') {
      // Only a run that is over is deleted, and one that is not held any more.
      const hold = `/api/v1/runs/${ids['run_id']}/hold`;
      await api.call(hold, { method: 'PUT', body: { hold: false } });
      await cleanUp(api);
    }
    const filled = parameters
      .filter(({ in: place }) => place === 'path')
      .reduce((url, { name, example }) => {
        return url.replace(`{${name}}`, encodeURIComponent(example ?? ids[name] ?? ''));
      }, path);
    const query = parameters
      .filter(({ in: place, example }) => place === 'query' && example !== undefined)
      .map(({ name, example }) => `${name}=${encodeURIComponent(example ?? '')}`)
      .join('&');
    const body = bodyOf(operation);
    const answer = await api.call(`${filled}?${query}`, {
      method,
      headers,
      ...(body !== undefined && { body }),
    });
    if (operationId === 'startRun') {
      ids['run_id'] = answer.json.run_id;
      ids['task_id'] = await makeTask(api, answer.json.run_id);
    }
    if (operationId === 'createToken') ids['id'] = answer.json.id;
    sent(operation, answer);
  }
}
