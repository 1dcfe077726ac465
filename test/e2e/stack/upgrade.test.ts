/**
 * Upgrade in place, and the way back: the build before and this one run one after the other on the same data, with runs in
 * flight at each change. Whoever changes a stored shape finds out here.
 *
 * At each change the stack is killed, not ended: so the old build leaves what it has just begun.
 *
 * | state at a change        | after it                                                           |
 * |--------------------------|--------------------------------------------------------------------|
 * | a live run               | goes on with the same driver; its log is whole                     |
 * | a run that waits for it  | starts when the lane is free; the lane is free in the end          |
 * | an ended run, its log    | are read as before; so is a list of runs                           |
 * | an `Idempotency-Key`     | still names its run                                                |
 * | a token, revoked or not  | is accepted, or refused, as before                                 |
 * | an entry, a lane         | are as they were written, and are used                             |
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, ROOT } from '../../../src/build/build.ts';
import { type Client, createClient, type RunEvent } from '../../../src/client/index.ts';
import { checkByHash } from '../../../src/dev/demo/check.ts';
import { type From, startStack } from '../support/stack.ts';

const execute = promisify(execFile);

/** The last build whose stored state this one promises to take over, and to leave readable. */
const BEFORE = 'cb268ae';
const ADMIN = 'an-admin-token-for-the-test-of-the-upgrade';
const LANE = 'upgraded';

/** A shallow clone has no history. */
const known = await execute('git', ['cat-file', '-e', `${BEFORE}^{commit}`], { cwd: ROOT }).then(
  () => true,
  () => false,
);

/** The build before, made from the history with the packages of this one. Removed by `remove`. */
async function buildBefore(): Promise<From & { remove(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-before-'));
  const [archive, root] = [join(dir, 'before.tar'), join(dir, 'app')];
  await mkdir(root);
  await execute('git', ['archive', '-o', archive, BEFORE], { cwd: ROOT });
  await execute('tar', ['-xf', archive, '-C', root]);
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  await execute(process.execPath, [join(root, 'src', 'build', 'build.ts')], { cwd: root });
  return { root, remove: () => rm(dir, { recursive: true, force: true }) };
}

type Stack = Awaited<ReturnType<typeof startStack>>;

/** `hello`, which waits after its first line until the file `GATE` is there: so a run lives as long as the test needs. */
async function gatedHello(description: string) {
  const path = join(ROOT, 'examples', 'hello', 'hello.sh');
  const script = (await readFile(path, 'utf8')).replace(
    '  wave=1\n',
    '  until [ -e "$GATE" ]; do sleep 0.1; done\n  wave=1\n',
  );
  expect(script).toContain('$GATE');
  return {
    name: 'kept',
    description,
    container: { image: 'busybox:1.37', command: ['sh', '-c'], args: [script] },
    overridable: ['container.env', 'lane'],
  };
}

const OPEN = '/';

const start = (client: Client, name: string, gate: string) =>
  client.startRun(
    {
      pipeline: 'kept',
      lane: LANE,
      labels: { test: 'upgrade' },
      container: { env: { HELLO_SECONDS: '1', GATE: gate } },
    },
    { idempotencyKey: `key-of-${name}` },
  );

async function eventsOf(client: Client, runId: string): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of client.watch(runId)) events.push(event);
  return events;
}

/** Every event once, every line once, and a good end. */
async function expectWhole(client: Client, runId: string): Promise<void> {
  const events = await eventsOf(client, runId);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
  const lines = events.flatMap((event) => (event.type === 'log' ? event.data.lines : []));
  expect(checkByHash(lines.map(({ message }) => message))).toMatchObject({ exact: true });
  expect(events.at(-1)).toMatchObject({ type: 'complete', data: { status: 'succeeded' } });
}

async function untilLog(client: Client, runId: string): Promise<void> {
  for await (const event of client.watch(runId)) if (event.type === 'log') return;
}

/** What a build left behind at its end. */
type Left = {
  readonly token: string;
  readonly revoked: string;
  readonly entry: unknown;
  /** Ids by the names that made the keys. */
  readonly runs: { readonly ended: string; readonly live: string; readonly waiting: string };
  readonly log: string;
};

const withToken = ({ ready }: Stack, token: string): Client =>
  createClient({ url: ready.api, token });

/** What the build before does not know: it must not mind. */
async function storeWhatIsNew(client: Client, endedRun: string): Promise<void> {
  await client.holdRun(endedRun, true);
  await client.domains.put('default', {
    quotas: { live_runs: 100, queued_runs: 100 },
    retention: { runs_days: 30 },
  });
}

/** Uses everything, and is killed with a run alive and another one waiting. */
async function leave(stack: Stack, by: string, gate: string): Promise<Left> {
  const { client } = stack;
  const entry = await gatedHello(`Written by ${by}.`);
  await (by === 'before' ? client.pipelines.create(entry) : client.pipelines.put(entry));
  await client.putLane(LANE, { capacity: 1 });
  const { token } = await client.tokens.create({ name: by, scopes: ['run'] });
  const ended = await client.tokens.create({ name: `${by}-revoked`, scopes: ['run'] });
  await client.tokens.revoke(ended.id);
  const user = withToken(stack, token);
  const first = await start(user, `${by}-ended`, OPEN);
  await expectWhole(user, first.run_id);
  if (by === 'this') await storeWhatIsNew(client, first.run_id);
  const live = await start(user, `${by}-live`, gate);
  const waiting = await start(user, `${by}-waiting`, OPEN);
  await untilLog(user, live.run_id);
  const left = {
    token,
    revoked: ended.token,
    entry: await client.pipelines.get('kept'),
    runs: { ended: first.run_id, live: live.run_id, waiting: waiting.run_id },
    log: await user.log(first.run_id),
  };
  expect(await user.getRun(live.run_id)).toMatchObject({ state: 'running' });
  expect(await user.getRun(waiting.run_id)).toMatchObject({ state: 'queued' });
  stack.kill('SIGKILL');
  await stack.exit;
  return left;
}

/** Everything that another build left is there, goes on, and comes to its end. */
async function takeOver(stack: Stack, left: Left, by: string, gate: string): Promise<void> {
  const user = withToken(stack, left.token);
  await expect(withToken(stack, left.revoked).tokens.whoami()).rejects.toMatchObject({
    status: 401,
  });
  expect(await stack.client.pipelines.get('kept')).toEqual(left.entry);
  expect(await user.log(left.runs.ended)).toBe(left.log);
  await expectWhole(user, left.runs.ended);
  for (const [name, runId] of Object.entries(left.runs)) {
    const again = await start(user, `${by}-${name}`, name === 'live' ? gate : OPEN);
    expect(again.run_id).toBe(runId);
  }
  expect(await user.getRun(left.runs.live)).toMatchObject({ state: 'running' });
  expect(await user.getRun(left.runs.waiting)).toMatchObject({ state: 'queued' });
  await writeFile(gate, '');
  await expectWhole(user, left.runs.live);
  await expectWhole(user, left.runs.waiting);
  const ids = Object.values(left.runs);
  const { runs } = await user.listRuns({ lane: LANE, label: 'test=upgrade', limit: 100 });
  expect(runs.map(({ run_id }) => run_id)).toEqual(expect.arrayContaining(ids));
  expect(await user.getLane(LANE)).toMatchObject({ capacity: 1, active: [], queued: 0 });
}

describe.runIf(known)('an upgrade in place', () => {
  let before: Awaited<ReturnType<typeof buildBefore>>;
  let data: string;
  beforeAll(async () => {
    [before] = await Promise.all([buildBefore(), build()]);
    data = await mkdtemp(join(tmpdir(), 'sluice-data-'));
  });
  afterAll(async () => {
    await before.remove();
    await rm(data, { recursive: true, force: true });
  });
  const begin = (from?: From): Promise<Stack> =>
    startStack(['--data', data, '--token', ADMIN], { SLUICE_WATCHDOG_SECONDS: '5' }, from);

  it('takes over the runs, logs, keys, tokens and entries of the build before, and leaves them to it', async () => {
    const [first, second] = [join(before.root, 'first-gate'), join(before.root, 'second-gate')];
    const ofBefore = await leave(await begin(before), 'before', first);
    const upgraded = await begin();
    await takeOver(upgraded, ofBefore, 'before', first);
    const ofThis = await leave(upgraded, 'this', second);
    const back = await begin(before);
    await takeOver(back, ofThis, 'this', second);
    // What the upgraded build ended is still whole.
    await expectWhole(withToken(back, ofBefore.token), ofBefore.runs.live);
  });
});
