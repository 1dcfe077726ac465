/** Every example of the OpenAPI document is sent as it stands there, in an order in which they can be. */
import { describe, expect, it } from 'vitest';
import { testApi } from '../support.ts';
import { bodyOf, operations, sendExamples } from './send-examples.ts';

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
    const statuses: Record<string, number> = {};
    await sendExamples(
      testApi(),
      (operation) =>
        bodyOf(operation) !== undefined ||
        operation.parameters?.some(
          ({ example, name }) => example !== undefined || name.endsWith('id'),
        ) === true,
      ({ operationId }, { status }) => (statuses[operationId] = status),
    );
    const refused = Object.entries(statuses).filter(([, status]) => status >= 300);
    // Those of drivers need a token of one. The run of these examples leaves no files, and its kind nothing to continue from.
    const own = refused.filter(([name]) => !name.startsWith('ingest'));
    expect(Object.fromEntries(own)).toEqual({ readFile: 404, readTaskLog: 404, resumeRun: 409 });
    expect(Object.keys(statuses).length).toBeGreaterThan(15);
  });
});
