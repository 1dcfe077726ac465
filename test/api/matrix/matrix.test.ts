/**
 * Every operation of the OpenAPI document, tried by every kind of caller. What is expected stands in `matrix.txt`, which people
 * write and review; nothing writes it. A new route needs a row there, and a request in `requests.ts`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { JOB, testApi } from '../support.ts';
import { type Caller, type Matrix, makeCallers } from './callers.ts';
import { REQUESTS, type Things } from './requests.ts';

const text = readFileSync(join(import.meta.dirname, 'matrix.txt'), 'utf8');
const told = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
/** `group: caller caller …` */
const groups = new Map(
  told
    .filter((line) => line.includes(':'))
    .map((line) => line.split(':'))
    .map(([name = '', callers = '']) => [name.trim(), callers.trim().split(/\s+/)] as const),
);
const [head = [], ...rows] = told
  .filter((line) => !line.includes(':'))
  .map((line) => line.trim().split(/\s+/));
const columns = head.slice(1);

const { document } = testApi();
const methods = new Map(
  Object.values(document.paths).flatMap((path) =>
    Object.entries(path).map(([method, operation]): [string, string] => [
      (operation as { operationId?: string }).operationId ?? '',
      method.toUpperCase(),
    ]),
  ),
);
const operationOf = (row: string): string => row.split('/')[0] ?? '';

describe('the matrix', () => {
  it('has a row and a request for every operation, and none for others', () => {
    const named = rows.map(([row = '']) => row);
    expect(new Set(named).size).toBe(named.length);
    expect([...new Set(named.map(operationOf))].sort()).toEqual([...methods.keys()].sort());
    expect(Object.keys(REQUESTS).sort()).toEqual(named.toSorted());
  });

  it('has every caller in one group, and a column for every group', () => {
    expect(columns).toEqual([...groups.keys()]);
    expect([...groups.values()].flat().sort()).toEqual(Object.keys(matrix.callers).sort());
    for (const row of rows) expect(row, row[0]).toHaveLength(head.length);
  });
});

let matrix: Matrix;
let things: Things;
let count = 0;

beforeAll(async () => {
  matrix = await makeCallers();
  const { call } = matrix.root;
  // The other domain can do all of this too, with things of its own.
  const body = { catalogue_only: false, lanes: 'any' };
  for (const domain of ['default', 'other'])
    await call(`/api/v1/domains/${domain}/policy`, { method: 'PUT', body });
  await call('/api/v1/targets?domain=other', { body: { name: 'default' } });
  await call('/api/v1/targets', { body: { name: 'kept' } });
  await call('/api/v1/pipelines', {
    body: { name: 'known', kind: 'container', container: JOB.container },
  });
  const run = await call('/api/v1/runs', { body: JOB });
  const token = await call('/api/v1/tokens', { body: { name: 'kept', scopes: ['read'] } });
  things = { runId: run.json.run_id, pipeline: 'known', tokenId: token.json.id };
});
afterAll(() => matrix.close());

/** Moves the clock only for an answer that waits for it. */
async function settled<T>(answer: Promise<T>): Promise<T> {
  const open = new Set([answer]);
  const end = answer.finally(() => open.clear());
  end.catch(() => undefined);
  for (let turn = 1; open.size > 0; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (turn % 200 === 0) await matrix.clock.advance(1_000);
  }
  return end;
}

async function statusOf(row: string, { api, adds }: Caller): Promise<string> {
  count += 1;
  const make = REQUESTS[row];
  if (make === undefined) return 'no request';
  const { path, ...sent } = await make(`n${count}`, matrix.root.call, things);
  const method = methods.get(operationOf(row)) ?? 'GET';
  return String((await settled(api.call(path, { ...sent, ...adds, method }))).status);
}

test.each(rows.map((row) => [row[0] ?? '', row.slice(1)] as const))(
  '%s answers each kind of caller as the table says',
  async (row, expected) => {
    const found: Record<string, string> = {};
    const wanted: Record<string, string> = {};
    for (const [index, group] of columns.entries())
      for (const name of groups.get(group) ?? []) {
        const caller = matrix.callers[name];
        wanted[name] = expected[index] ?? '';
        found[name] = caller === undefined ? 'no such caller' : await statusOf(row, caller);
      }
    // Wrong tokens are counted in all, too.
    await matrix.clock.advance(2_000);
    expect(found).toEqual(wanted);
  },
);
