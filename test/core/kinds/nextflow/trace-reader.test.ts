/** The container that prints what Nextflow writes of its tasks: what it has, and what its script prints. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Target } from '../../../../src/core/kinds/target.ts';
import { buildJob, type JobInput } from '../../../../src/core/runs/build-manifest.ts';
import { containerLaunch, nextflowLaunch } from '../../support/launch.ts';

const RUN = 'r01jqk3v9x2abcde';
const target = Target.parse({ name: 'default', work_claim: 'work' });

type Container = { command: string[]; volumeMounts: unknown[]; restartPolicy: string };

function build(launch = nextflowLaunch(), trace?: JobInput['trace']) {
  const input = { run_id: RUN, domain: 'default', attempt: 1, name: RUN, nonce: 'abc' };
  const { job, config } = buildJob({ ...input, launch, target, trace });
  const { spec } = job.spec['template'] as {
    spec: { initContainers?: Container[]; containers: [{ image: string }] };
  };
  return {
    reader: spec.initContainers?.[0],
    driver: spec.containers[0],
    config: config.files['nextflow.config'] ?? '',
  };
}

test('by default the log file is read, and Nextflow is told nothing: metrics would need ps in every image', () => {
  const { reader, driver, config } = build();
  expect(reader).toMatchObject({
    name: 'trace',
    image: driver.image,
    restartPolicy: 'Always',
    resources: { limits: { memory: '64Mi' } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    volumeMounts: [
      { name: 'work', mountPath: '/sluice/trace', subPath: `runs/${RUN}`, readOnly: true },
    ],
  });
  expect(config).not.toContain('trace.enabled');
});

test('the trace file is written where the reader looks, with fields that every version knows', () => {
  const { reader, config } = build(nextflowLaunch({ trace: 'file' }));
  expect(config).toContain(`trace.file = '/workspace/runs/${RUN}/reports/trace.txt'\n`);
  expect(config).toContain('trace.enabled = true\n');
  expect(config).not.toMatch(/trace\.fields = '.*(?:env|script|hostname)/);
  expect(reader?.command).toContain('/sluice/trace/trace.txt');
  expect(reader?.volumeMounts).toMatchObject([{ subPath: `runs/${RUN}/reports` }]);
});

test.each(['tower', 'weblog', 'off'] as const)(
  'with %s nothing is read beside the driver that has an address to send it to',
  (trace) => {
    const access = { source: 'tower', endpoint: 'https://x', token: 't', sha256: 'h' } as const;
    expect(build(nextflowLaunch({ trace }), access).reader).toBeUndefined();
  },
);

test('a driver of another kind has no such container', () => {
  expect(build(containerLaunch({ command: ['a'] })).reader).toBeUndefined();
});

describe('what it prints', () => {
  let folder: string;
  let reader: ChildProcess | undefined;
  let printed = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-trace-'));
    printed = '';
  });
  afterEach(async () => {
    // Its tail and sed too, which a container's end would take along.
    if (reader?.pid !== undefined) process.kill(-reader.pid, 'SIGKILL');
    reader = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs its command on a file of this machine. */
  function read(trace: 'log' | 'file'): string {
    const { command } = build(nextflowLaunch({ trace })).reader ?? { command: [] };
    // As Kubernetes does with `$$`.
    const texts = command.map((text) => text.replaceAll(/\$\$(?=[$(])/g, '$'));
    const [program = '', ...args] = texts.map((text) => text.replace('/sluice/trace', folder));
    reader = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    reader.stdout?.on('data', (chunk) => {
      printed += String(chunk);
    });
    return join(folder, trace === 'log' ? '.nextflow.log' : 'trace.txt');
  }
  const lines = () => printed.split('\n').filter((line) => line !== '');
  const hasPrinted = (text: string) =>
    expect.poll(() => printed, { timeout: 20_000 }).toContain(text);
  async function end(): Promise<void> {
    const ended = once(reader as ChildProcess, 'exit');
    reader?.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }

  test('rows of a file that comes later, also those that are written after it was told to end', async () => {
    const file = read('file');
    await writeFile(file, 'task_id\thash\n1\tab/cdef12\n');
    await hasPrinted('1\tab/cdef12\n');
    const ended = end();
    await appendFile(file, '2\tab/cdef13\n');
    await ended;
    expect(lines()).toEqual(['task_id\thash', '1\tab/cdef12', '2\tab/cdef13']);
  });

  const record = (text: string) => `Nov-20 16:53:26.612 [main] DEBUG n.P - ${text}\n`;
  const done = (id: number) =>
    record(
      `Task completed > TaskHandler[id: ${id}; name: A; status: COMPLETED; exit: 0; error: -]`,
    );
  const name = (run: string) =>
    `Nov-20 16:53:26.612 [main] DEBUG nextflow.Session - Run name: ${run}\n`;

  test('ends and failures of a log file, not those of another run whose folder this one continues in', async () => {
    const file = join(folder, '.nextflow.log');
    await writeFile(file, name('rearlier') + done(7));
    read('log');
    await rename(file, `${file}.1`);
    const task = '  task: name=A (1); work-dir=/w/ab/cdef12\n';
    await writeFile(
      file,
      `${record('other')}${name(RUN)}${done(1)}${record('x')}${task}${done(2)}`,
    );
    await hasPrinted('id: 2;');
    await end();
    expect(lines()).toEqual(
      `${name(RUN)}${done(1)}${task}${done(2)}`
        .trim()
        .split('\n')
        .filter((line) => !line.includes('Run name')),
    );
  });
});
