/** Starting, listing, showing and cancelling runs by the command line. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Target } from '../../src/core/kinds/target.ts';
import { tickUntil } from '../support/world.ts';
import { openCommandLine as open } from './support.ts';

const CONTAINER = ['--image', 'busybox:1.37', '--', 'sh', '-c', 'echo hello'];

test('run prints the id alone, show and list know it', async () => {
  const { run } = await open();
  const started = await run('run', 'greet', ...CONTAINER);
  expect(started).toMatchObject({ code: 0, err: expect.stringMatching(/starting|running/) });
  expect(started.out).toMatch(/^r[0-9a-z]{15}\n$/);
  const id = started.out.trim();
  const [shown] = (await run('show', id, '--json')).json;
  expect(shown).toMatchObject({
    run_id: id,
    pipeline: 'greet',
    container: { image: 'busybox:1.37', command: ['sh', '-c', 'echo hello'] },
  });
  expect((await run('list')).out.split('\t')[0]).toBe(id);
  expect((await run('list', '--json')).json).toMatchObject([{ run_id: id }]);
  expect((await run('list', '--state', 'failed')).out).toBe('');
});

test('params arrive with their digits, types and order, from options and from files', async () => {
  const { run, folder, with: withMore } = await open();
  const file = join(folder, 'params.yaml');
  writeFileSync(file, 'b: 1.0\na: 9007199254740993\ntext: "007"\nlist: [1, yes, null]\nz: 1e10\n');
  const params = ['-p', 'a=1234567890123456789', '-p', 'name=x=y', '-p', 'on=true', '-p', 'q="5"'];
  const id = (await run('run', 'x', '--params-file', file, ...params, ...CONTAINER)).out.trim();
  const shown = (await run('show', id, '--json')).out;
  expect(shown).toContain(
    '"params":{"b":1.0,"a":1234567890123456789,"text":"007","list":[1,"yes",null],"z":1e10,"name":"x=y","on":true,"q":"5"}',
  );
  expect((await run('show', id)).out).toContain('a: 1234567890123456789');
  expect((await run('list', '--json')).out).toContain('"a":1234567890123456789,');
  expect((await run('cancel', id, '--json')).out).toContain('"a":1234567890123456789,');
  const again = await run('rerun', id, '-p', 'b=2.50');
  expect((await run('show', again.out.trim(), '--json')).out).toContain(
    '"params":{"b":2.50,"a":1234567890123456789,"text":"007"',
  );
  const input = '{"n": 1.50}';
  const piped = await withMore({ input })('run', 'x', '--params-file', '-', ...CONTAINER);
  expect((await run('show', piped.out.trim(), '--json')).out).toContain('"params":{"n":1.50}');
});

test('resume and rerun start new runs that say where they come from', async () => {
  const { run, memory } = await open();
  await memory.world.store.commit('catalogue', 'default.targets', [
    {
      op: 'put',
      key: 'entry.default',
      values: {
        body: new TextEncoder().encode(
          JSON.stringify(Target.parse({ name: 'default', work_claim: 'work' })),
        ),
      },
    },
  ]);
  const id = (await run('run', 'acme/flow', '--revision', 'v1', '-p', 'a=1')).out.trim();
  expect(await run('resume', id)).toMatchObject({
    code: 1,
    err: expect.stringMatching(`^Run ${id} has the session, and is starting`),
  });
  const { clock, world } = memory;
  await tickUntil(world, clock, async () =>
    /succeeded/.test((await run('show', id, '--json')).out),
  );
  expect((await run('resume', id, '--dry-run', '--lane', 'b')).out).toMatch(/would start at once/);
  const resumed = (await run('resume', id, '-p', 'b=2', '--lane', 'b')).out.trim();
  const again = (await run('rerun', id, '--revision', 'v2', '--lane', 'c')).out.trim();
  expect((await run('show', resumed, '--json')).json).toMatchObject([
    {
      origin: { run_id: id, how: 'resume' },
      params: { a: 1, b: 2 },
      nextflow: { revision: 'v1' },
    },
  ]);
  expect((await run('show', again, '--json')).json).toMatchObject([
    { origin: { run_id: id, how: 'rerun' }, nextflow: { revision: 'v2' } },
  ]);
});

test.each([
  ['a param without a value', ['run', 'x', '-p', 'a'], /-p a is not NAME=VALUE/],
  ['a file that is not there', ['run', 'x', '--params-file', '/none.json'], /\/none\.json cannot/],
  ['a priority that is no number', ['run', 'x', '--priority', 'high'], /--priority high/],
  ['a deadline that is no span', ['run', 'x', '--deadline', 'soon'], /--deadline soon/],
  ['a script and a command', ['run', 'x', '--script', '-', '--', 'ls'], /no command/],
  ['an unknown option', ['run', 'x', '--no-such'], /--no-such/],
  ['an unknown command', ['frobnicate'], /frobnicate/],
  ['a missing argument', ['show'], /run/],
  ['a limit of nothing', ['list', '--limit', '0'], /--limit 0/],
  ['an expression that is none', ['logs', 'r000000000000000', '--grep', '('], /--grep \(/],
])('%s is wrong use', async (_what, args, message) => {
  const { run } = await open();
  expect(await run(...args)).toMatchObject({
    code: 2,
    err: expect.stringMatching(message),
    out: '',
  });
});

test('list takes several lanes, and searches', async () => {
  const { run } = await open();
  const start = async (name: string, lane: string) =>
    (await run('run', name, '--lane', lane, ...CONTAINER)).out.trim();
  const ids = [await start('count', 'a'), await start('greet', 'b'), await start('sum', 'c')];
  const found = async (...args: readonly string[]) =>
    (await run('list', '--json', ...args)).json.map((each) => String(each['run_id'])).toSorted();
  expect(await found('--lane', 'a', '--lane', 'b')).toEqual(ids.slice(0, 2).toSorted());
  expect(await found('--search', 'GREE')).toEqual([ids[1]]);
  expect(await found('--kind', 'container', '--pipeline', 'sum')).toEqual([ids[2]]);
  expect(await found('--started-by', 'nobody')).toEqual([]);
  expect((await run('list', '--kind', 'none')).code).toBe(2);
});

test('set moves a run that waits, and changes labels', async () => {
  const { run } = await open();
  const start = async () => (await run('run', 'x', '--label', 'a=1', ...CONTAINER)).out.trim();
  const [first, , last] = [await start(), await start(), await start()];
  const moved = await run(
    'set',
    last ?? '',
    '--priority',
    '5',
    '--label',
    'b=2',
    '--remove-label',
    'a',
  );
  expect(moved).toMatchObject({ code: 0, out: `${last}\tpriority 5\tplace 1\n` });
  expect((await run('set', last ?? '', '--priority', '5', '--json')).json).toMatchObject([
    { run_id: last, priority: 5, labels: { b: '2' } },
  ]);
  const late = await run('set', first ?? '', '--priority', '5');
  expect(late).toMatchObject({ code: 1, err: expect.stringContaining('sluice show') });
  for (const wrong of [[], ['--priority', 'high'], ['--label', 'x']])
    expect((await run('set', last ?? '', ...wrong)).code).toBe(2);
});

test('targets check tells whether runs can go there', async () => {
  const { run } = await open();
  const told = await run('targets', 'check', 'default');
  expect(told).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^connection\tok\tKubernetes v1/),
  });
  expect(told.out).toMatch(/\nrights\.pods\/log\tok\tget: allowed\./);
  expect((await run('targets', 'check', 'default', '--json')).json).toMatchObject([{ ok: true }]);
  expect(await run('targets', 'check', 'nowhere')).toMatchObject({ code: 1, out: '' });
});

test('a dry run tells what would run, or all that is wrong, and starts nothing', async () => {
  const { run } = await open();
  const params = ['-p', 'a=1234567890123456789'];
  const told = await run('run', 'greet', '--dry-run', ...params, ...CONTAINER);
  expect(told).toMatchObject({ code: 0, err: '' });
  expect(told.out).toMatch(/would start at once/);
  expect(told.out).toMatch(/params +\{"a":1234567890123456789\}/);
  expect(told.out).toMatch(/command +sh -c 'echo hello'/);
  const [value] = (await run('run', 'greet', '--dry-run', '--json', ...CONTAINER)).json;
  expect(value).toMatchObject({ dry_run: true, would: 'start', kind: 'container' });
  const wrong = await run('run', 'x', '--dry-run', '--image', 'Bad Image', '--target', 'moon');
  expect(wrong).toMatchObject({ code: 2, out: '' });
  expect(wrong.err).toMatch(/container\.image: must be an image reference/);
  expect(wrong.err).toMatch(/target: goes to the target moon/);
  expect((await run('run', 'x', '--dry-run', '--follow', ...CONTAINER)).code).toBe(2);
  expect((await run('list')).out).toBe('');
  await run('run', 'first', ...CONTAINER);
  const waits = await run('run', 'second', '--dry-run', ...CONTAINER);
  expect(waits.out).toMatch(
    /would wait, place 1 in the queue of default\. The lane default is busy/,
  );
});

test('what the server refuses is told by field, and is wrong use', async () => {
  const { run } = await open();
  const refused = await run('run', 'x', '--image', 'Bad Image');
  expect(refused).toMatchObject({ code: 2, out: '' });
  expect(refused.err).toMatch(/container\.image: must be an image reference/);
});

test('an unknown pipeline, an unknown run and a wrong token say what to do', async () => {
  const { run, with: withMore } = await open();
  expect(await run('run', 'nothing')).toMatchObject({
    code: 1,
    err: expect.stringContaining('sluice pipelines'),
  });
  expect(await run('show', 'r000000000000000')).toMatchObject({
    code: 1,
    err: expect.stringContaining('sluice list'),
  });
  const stranger = withMore({ env: { SLUICE_TOKEN: 'wrong-token' } });
  expect(await stranger('list')).toMatchObject({
    code: 1,
    err: expect.stringContaining('sluice login'),
  });
});

test('cancel goes on after a run that it cannot end, and tells of each', async () => {
  const { run } = await open();
  const id = (await run('run', 'greet', ...CONTAINER)).out.trim();
  const answer = await run('cancel', 'r00000000000000a', id, 'r00000000000000b');
  expect(answer).toMatchObject({ code: 1, out: expect.stringContaining(id) });
  expect(answer.err).toContain('r00000000000000a');
  expect(answer.err).toContain('r00000000000000b');
});

test('cancel takes several runs, and tells the state of each', async () => {
  const { run } = await open();
  const ids = [];
  for (let at = 0; at < 3; at += 1) ids.push((await run('run', 'x', ...CONTAINER)).out.trim());
  const cancelled = await run('cancel', ...ids, '--reason', 'no more');
  expect(cancelled.code).toBe(0);
  expect(cancelled.out.trim().split('\n')).toHaveLength(3);
  const [last] = (await run('show', ids[2] ?? '', '--json')).json;
  expect(last).toMatchObject({
    state: 'cancelled',
    reason: { message: expect.stringContaining('no more') },
  });
});

test('text from outside cannot move the cursor of a terminal', async () => {
  const { run, with: withMore } = await open();
  await run('run', 'x', '-p', 'a="\\u001b[2J"', ...CONTAINER);
  const id = (await run('list')).out.split('\t')[0] ?? '';
  const seen = await withMore({ tty: true })('show', id);
  expect(seen.out).toContain('params');
  // oxlint-disable-next-line no-control-regex -- what must not be there
  expect(seen.out).not.toMatch(/\u001b/);
});

test('lanes: set, pause, show the queue, delete', async () => {
  const { run } = await open();
  expect((await run('lanes', 'set', 'gpu', '--capacity', '2', '--pause')).out).toBe(
    'gpu\tcapacity 2\tpaused\n',
  );
  const waiting = await run('run', 'x', '--lane', 'gpu', ...CONTAINER);
  expect(waiting.err).toContain('place 1 in the queue of gpu');
  expect((await run('lanes', 'gpu')).out).toContain(waiting.out.trim());
  expect((await run('lanes')).out).toContain('gpu\t0/2\t1\tpaused');
  expect(await run('lanes', 'delete', 'gpu')).toMatchObject({ code: 1 });
  expect(await run('lanes', 'set', 'gpu')).toMatchObject({ code: 2 });
});

test('what has no result of its own says as JSON what was done', async () => {
  const { run } = await open();
  await run('lanes', 'set', 'gone', '--capacity', '1');
  expect((await run('lanes', 'delete', 'gone', '--json')).json).toEqual([{ deleted: 'gone' }]);
  await run('domains', 'set', 'acme', '--live-runs', '3');
  expect((await run('domains', 'delete', 'acme', '--json')).json).toEqual([{ deleted: 'acme' }]);
  const [made] = (await run('tokens', 'create', 'reader', '--json')).json;
  const id = String(made?.['id']);
  expect((await run('tokens', 'revoke', id, '--json')).json).toEqual([{ revoked: id }]);
});
