/** Every example of the OpenAPI document is sent as it stands there, in an order in which they can be. */
import { describe, expect, it } from 'vitest';
import { cleanUp } from '../../support/world.ts';
import { JOB, testApi } from '../support.ts';

type Parameter = { readonly name: string; readonly in: string; readonly example?: string };
type Operation = {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly example?: unknown }>>;
  };
};

function operations(document: ReturnType<typeof testApi>['document']) {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      ...(operation as unknown as Operation),
    })),
  );
}

const bodyOf = ({ requestBody }: Operation): unknown =>
  requestBody?.content['application/json']?.example;

describe('the examples', () => {
  it('are there for every body and every path, but for ids that a server gives', () => {
    const missing = operations(testApi().document).flatMap((operation) => [
      ...(operation.requestBody && bodyOf(operation) === undefined ? [operation.operationId] : []),
      ...(operation.parameters ?? [])
        .filter(
          ({ name, in: place, example }) => place === 'path' && !name.endsWith('id') && !example,
        )
        .map(({ name }) => `${operation.operationId} ${name}`),
    ]);
    expect(missing).toEqual([]);
  });

  it('all work as they stand', async () => {
    const api = testApi();
    await api.call('/api/v1/targets', { body: { name: 'default' } });
    await api.call('/api/v1/pipelines', { body: { ...JOB, name: 'hello', pipeline: undefined } });
    const all = operations(api.document).filter(
      (operation) =>
        bodyOf(operation) !== undefined ||
        operation.parameters?.some(
          ({ example, name }) => example !== undefined || name.endsWith('id'),
        ),
    );
    const ids: Record<string, string> = {};
    const send = async (operation: (typeof all)[number]) => {
      const { method, path, operationId, parameters = [] } = operation;
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
        ...(body !== undefined && { body }),
      });
      if (operationId === 'startRun') ids['run_id'] = answer.json.run_id;
      if (operationId === 'createToken') ids['id'] = answer.json.id;
      return { operationId, status: answer.status };
    };
    // What makes things, what changes and reads them, what takes them away.
    const rank = ({ operationId, method }: (typeof all)[number]): number => {
      if (/^(create|start|putLane)/.test(operationId)) return 0;
      if (method === 'DELETE') return 3;
      return /confirm/.test(operationId) ? 2 : 1;
    };
    const statuses: Record<string, number> = {};
    for (const operation of all.toSorted((a, b) => rank(a) - rank(b))) {
      if (operation.operationId === 'deleteRun') {
        // Only a run that is over is deleted, and one that is not held any more.
        const path = `/api/v1/runs/${ids['run_id']}/hold`;
        await api.call(path, { method: 'PUT', body: { hold: false } });
        await cleanUp(api);
      }
      const { operationId, status } = await send(operation);
      statuses[operationId] = status;
    }
    const refused = Object.entries(statuses).filter(([, status]) => status >= 300);
    expect(Object.fromEntries(refused)).toEqual({});
    expect(Object.keys(statuses).length).toBeGreaterThan(15);
  });
});
