/** Whatever a run prints of its tasks, and whatever its table makes of that, the run goes on and ends. */
import { expect, test } from 'vitest';
import type { Script } from '../../../src/adapters/memory/cluster.ts';
import { towerNews } from '../../../src/core/nextflow/trace/tower.ts';
import { takeTrace } from '../../../src/engine/commands/runs/take-trace.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import type { Values } from '../../../src/ports/store.ts';
import type { World } from '../../../src/ports/world.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, nextflowRequest } from '../../support/world.ts';
import { DOMAIN, nextflowWorld, tableOf } from './support.ts';

const ended = (id: number, name: string): string =>
  `Nov-20 16:53:26.612 [Task monitor] DEBUG n.p.T - Task completed > TaskHandler[id: ${id}; name: ${name}; status: COMPLETED; exit: 0; error: -; workDir: /w/ab/cdef12${'0'.repeat(24)}]`;

const bodyOf = (values: Values): string => new TextDecoder().decode(values['body'] as Uint8Array);

/** A world whose storage takes no row `trace` with this text. */
function refusing(world: World, error: () => Error, text = ''): World {
  const commit: World['store']['commit'] = async (...args) => {
    for (const write of args[2])
      if (write.op !== 'delete' && write.key === 'trace' && bodyOf(write.values).includes(text))
        throw error();
    return world.store.commit(...args);
  };
  return { ...world, store: { ...world.store, commit } };
}

test.each([
  ['RangeError', () => new RangeError('row trace is larger than 1 MiB')],
  ['TypeError', () => new TypeError('of undefined')],
])('a run whose tasks cannot be stored for a %s ends as any other', async (_, error) => {
  const script: Script = {
    lines: [
      { at: 500, text: 'N E X T F L O W  ~  version 24.10.5' },
      { at: 1_000, text: '[ab/cdef12] Submitted process > SAY (ada)' },
    ],
    trace: [{ at: 4_000, text: ended(1, 'SAY (ada)') }],
    endsAt: 10_000,
    exitCode: 0,
  };
  const made = memoryWorld({ script: () => script });
  const parts = { ...made, world: refusing(made.world, error) };
  const { run } = await submitRun(parts.world, { domain: DOMAIN, request: nextflowRequest() });
  await passTime(parts, 30_000);
  expect(await getRun(parts.world, DOMAIN, run.run_id)).toMatchObject({ state: 'succeeded' });
});

test.each(['session', 'LISTED'])('a message without what cannot be stored: %s', async (text) => {
  const { world, runId } = await nextflowWorld();
  const own = refusing(world, () => new RangeError('row trace is larger than 1 MiB'), text);
  const news = towerNews('begin', {
    workflow: { sessionId: 'session' },
    processNames: ['LISTED'],
    tasks: [{ taskId: 1, status: 'RUNNING', name: 'P' }],
  });
  await takeTrace(own, { run_id: runId, attempt: 1 }, news);
  expect((await tableOf(world, runId)).tasks).toMatchObject([{ task: '1', process: 'P' }]);
});
