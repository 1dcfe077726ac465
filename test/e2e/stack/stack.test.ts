import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { build } from '../../../src/build/build.ts';
import { createClient, type RunEvent } from '../../../src/client/index.ts';
import { checkByHash } from '../../../src/dev/demo/check.ts';
import { hasProgram } from '../../../src/functions/programs.ts';
import { gone, hello, run, startStack } from '../support/stack.ts';
import { descendantsOf } from './processes.ts';

beforeAll(async () => {
  await build();
});

const linesOf = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'log' ? event.data.lines : [])).map((l) => l.message);

describe('npm start', () => {
  it('runs an example to its end, and leaves no process when it is told to end', async () => {
    const stack = await startStack();
    expect(stack.ready).toMatchObject({ ready: true, token: null });
    expect((await fetch(`${stack.ready.api}/health/ready`)).status).toBe(200);
    expect((await fetch(stack.ready.docs)).status).toBe(200);
    expect(await stack.client.pipelines.get('nextflow-hello')).toMatchObject({
      runnable: hasProgram(process.env['PATH'] ?? '', 'nextflow'),
    });
    expect(await stack.client.pipelines.get('hello')).toMatchObject({ runnable: true });
    const { run_id } = await hello(stack.client, 2);
    const events: RunEvent[] = [];
    for await (const event of stack.client.watch(run_id)) events.push(event);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
    expect(checkByHash(linesOf(events))).toMatchObject({ exact: true });
    expect(await stack.client.getRun(run_id)).toMatchObject({ state: 'succeeded', exit_code: 0 });

    const family = descendantsOf(stack.pid);
    expect(family.length).toBeGreaterThanOrEqual(4);
    stack.kill('SIGTERM');
    expect(await stack.exit).toBe(0);
    await gone(family);
  });

  it('ends all its processes, and those of running jobs, when it ends in the middle of a run', async () => {
    const stack = await startStack();
    const { run_id } = await stack.client.startRun({ pipeline: 'sleepy' });
    for await (const event of stack.client.watch(run_id)) if (event.type === 'log') break;
    const family = descendantsOf(stack.pid);
    // A follower, left alone, goes on for as long as the run: ten minutes, longer than this test may take.
    stack.kill('SIGINT');
    expect(await stack.exit).toBe(0);
    await gone(family);
  });

  it('takes its children along when it is killed', async () => {
    const stack = await startStack();
    const family = descendantsOf(stack.pid);
    stack.kill('SIGKILL');
    await gone(family);
  });

  it('loses and doubles no line when its host is killed in the middle of a run', async () => {
    const stack = await startStack();
    const { run_id } = await hello(stack.client, 4);
    const events: RunEvent[] = [];
    let victim: number | undefined;
    for await (const event of stack.client.watch(run_id)) {
      events.push(event);
      if (victim !== undefined || event.type !== 'log') continue;
      victim = stack.host();
      process.kill(victim, 'SIGKILL');
    }
    expect(stack.host(), 'another host than before').not.toBe(victim);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
    expect(checkByHash(linesOf(events))).toMatchObject({ exact: true });
    expect(events.at(-1)).toMatchObject({ type: 'complete', data: { status: 'succeeded' } });
  });

  it('is followed again when its host is told to end in the middle of a run', async () => {
    // Neither a watchdog message nor the timer takes over in the time of this test: only what the host hands on.
    const stack = await startStack(['--tick', '0 0 0 1 1 *'], { SLUICE_WATCHDOG_SECONDS: '300' });
    const { run_id } = await hello(stack.client, 60);
    const before = 6;
    // More than what can be on its way.
    const after = 15;
    let lines = 0;
    for await (const event of stack.client.watch(run_id)) {
      if (event.type !== 'log') continue;
      const told = lines < before;
      lines += event.data.lines.length;
      if (told && lines >= before) process.kill(stack.host(), 'SIGTERM');
      if (lines >= before + after) break;
    }
    expect(lines).toBeGreaterThanOrEqual(before + after);
  });

  it('keeps runs and their logs in --data', async () => {
    const data = await mkdtemp(join(tmpdir(), 'sluice-data-'));
    onTestFinished(() => rm(data, { recursive: true, force: true }));
    const first = await startStack(['--data', data]);
    const { run_id } = await hello(first.client, 1);
    for await (const event of first.client.watch(run_id)) if (event.type === 'complete') break;
    const log = await first.client.log(run_id);
    first.kill('SIGTERM');
    await first.exit;
    const second = await startStack(['--data', data]);
    expect(await second.client.getRun(run_id)).toMatchObject({ state: 'succeeded' });
    expect(await second.client.log(run_id)).toBe(log);
    expect(log.split('\n')).toHaveLength(68);
  });

  it('refuses a second stack on the same --data, by the first one, until that is gone', async () => {
    const data = await mkdtemp(join(tmpdir(), 'sluice-data-'));
    onTestFinished(() => rm(data, { recursive: true, force: true }));
    const first = await startStack(['--data', data]);
    const { run_id } = await hello(first.client, 1);
    const second = run('start.ts', ['--data', join(data, '.')]);
    expect(await second.exit).toBe(1);
    expect(second.output()).toContain(`process ${first.pid}, ${first.ready.api}`);
    expect(await first.client.getRun(run_id)).toMatchObject({ run_id });
    // What it leaves when it is killed is still saving when the next one comes.
    first.kill('SIGKILL');
    await first.exit;
    const third = await startStack(['--data', data]);
    for await (const event of third.client.watch(run_id)) if (event.type === 'complete') break;
    expect(await third.client.getRun(run_id)).toMatchObject({ state: 'succeeded' });
  });

  it('asks for the token when it was given one, also for what the host itself answers', async () => {
    const token = 'a-token-for-this-test-of-the-stack';
    const stack = await startStack(['--token', token]);
    expect(stack.ready.token).toBe(token);
    expect((await stack.client.listLanes()).lanes).toMatchObject([
      { name: 'default', capacity: 1 },
    ]);
    const stranger = createClient({ url: stack.ready.api });
    await expect(stranger.listLanes()).rejects.toMatchObject({ code: 'unauthorized', status: 401 });
    const admin = async (key?: string) =>
      (
        await fetch(`${stack.ready.api}/admin/functions`, {
          ...(key !== undefined && { headers: { 'x-functions-key': key } }),
        })
      ).status;
    expect([await admin(), await admin('wrong'), await admin(token)]).toEqual([401, 401, 200]);
  });

  it('writes its line to --ready-file too, which goes with the stack', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'sluice-ready-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const file = join(dir, 'ready.json');
    await writeFile(file, 'of an earlier stack');
    const stack = await startStack(['--ready-file', file]);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(stack.ready);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    stack.kill('SIGTERM');
    expect(await stack.exit).toBe(0);
    expect(await readdir(dir)).toEqual([]);
  });

  it('refuses an option that it does not know, by name', async () => {
    const stack = run('start.ts', ['--prot', '7071']);
    expect(await stack.exit).toBe(1);
    expect(stack.output()).toContain("'--prot'");
    expect(stack.output()).not.toMatch(/^\s+at /m);
  });

  it.each([
    ['--token', 'short', 'at least 32 characters'],
    ['--port', '99999', 'is no port'],
    ['--tick', 'now and then', 'now and then'],
  ])('says why it cannot start with %s %s, and leaves nothing', async (option, value, why) => {
    const stack = run('start.ts', [option, value]);
    expect(await stack.exit).toBe(1);
    expect(stack.output()).toContain(why);
  });

  it('names --port where another program has that port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const stack = run('start.ts', ['--port', String(port)]);
    expect(await stack.exit).toBe(1);
    expect(stack.output()).toContain(`--port ${port} is taken`);
  });
});

describe('npm run demo', () => {
  it('shows a run at two clients, and that each has every line once, through a cut and a killed host', async () => {
    const demo = run('demo/demo.ts', ['--seconds', '4']);
    expect(await demo.exit, demo.output()).toBe(0);
    expect(demo.output()).toMatch(/attached: true/);
    expect(demo.output()).toContain('the connections of both clients are cut');
    expect(demo.output()).toMatch(/the functions host, process \d+, is killed/);
    // On a busy machine a client may not be live yet when its connection is cut.
    expect(demo.output()).toMatch(/reconnected +\d+ +\d+/);
    expect(demo.output()).toMatch(/lost +0 +0 *\n +doubled +0 +0/);
    expect(demo.output()).toMatch(/✔ all 67 lines/);
  });
});
