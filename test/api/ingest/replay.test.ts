/** What real Nextflow sent comes by HTTP, in any order and again, while storage fails: the table is the one of a quiet day. */
import { expect, test } from 'vitest';
import { getTask, traceOf } from '../../../src/engine/queries/tasks.ts';
import { tableOf } from '../../engine/tasks/support.ts';
import { pick, randomOf } from '../../support/chaos.ts';
import { apiOn } from '../support.ts';
import { basic, callOf, DOMAIN, faulty, type IngestApi, ingestApi, RECORDINGS } from './support.ts';

/** All that the API shows of the run's tasks, without when it was heard last. */
async function shown({ world }: IngestApi, runId: string) {
  const table = await tableOf(world, runId);
  const details = await Promise.all(
    table.tasks.map(({ task }) => getTask(world, DOMAIN, runId, task)),
  );
  return [table, details, { ...(await traceOf(world, DOMAIN, runId)), heard_at: null }];
}

async function replay(
  api: IngestApi,
  { protocol, calls }: (typeof RECORDINGS)[number],
  lane: string,
  send: IngestApi['call'],
  order: (all: readonly (typeof calls)[number][]) => readonly (typeof calls)[number][] = (all) =>
    all,
) {
  const { runId, token } = await api.start(protocol, lane);
  const answers = order(calls).map(async (each) => {
    const { path, ...call } = callOf(each, runId);
    // As Nextflow does with what is not taken.
    for (let tries = 1; ; tries += 1) {
      const { status } = await send(path, { ...call, headers: basic(token) });
      if (status !== 503 || tries === 50) return status;
    }
  });
  const statuses = await Promise.all(answers);
  expect(statuses).toEqual(calls.length === 0 ? [] : statuses.map(() => 200));
  return { runId, token };
}

test.each(RECORDINGS)('$name by $protocol', async (recording) => {
  const api = await ingestApi();
  const calm = await replay(api, recording, 'calm', api.call);
  const wanted = await shown(api, calm.runId);
  for (const seed of [1, 2]) {
    const random = randomOf(seed);
    const { call } = apiOn(faulty(api.world, seed, 0.15));
    const { runId } = await replay(api, recording, `storm-${seed}`, call, (all) =>
      // Each once, some again, in another order, all at once.
      [...all, ...all.filter(() => random() < 0.3)]
        .map((each) => ({ each, at: random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ each }) => each),
    );
    expect(await shown(api, runId), `seed ${seed}`).toEqual(wanted);
  }
});

test('nothing that is stored, logged or sent has a token', async () => {
  const api = await ingestApi();
  const random = randomOf(3);
  const tokens: string[] = [];
  for (const [index, recording] of RECORDINGS.entries()) {
    if (random() < 0.7) continue;
    const { call } = apiOn(faulty(api.world, index, 0.1));
    tokens.push((await replay(api, recording, `lane-${index}`, call)).token);
  }
  const decoder = new TextDecoder();
  const tables = ['runs', 'index', 'work', 'lanes', 'audit', 'catalogue', 'idempotency'] as const;
  const rows = tables.flatMap((table) =>
    api.store
      .dump(table)
      .flatMap(({ values }) =>
        Object.values(values).map((value) =>
          value instanceof Uint8Array ? decoder.decode(value) : String(value),
        ),
      ),
  );
  const all = [...rows, JSON.stringify(api.log.entries), JSON.stringify(api.push.sent)].join('\n');
  for (const token of tokens) {
    expect(all).not.toContain(token.slice(-43));
    expect(all).not.toContain(btoa(`@token:${token}`));
  }
  if (RECORDINGS.length > 0) expect(pick(random, tokens)).toMatch(/^slt_/);
});
