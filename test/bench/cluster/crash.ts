/** SIGKILL in the middle of a run: what of its log is lost or doubled, and how it ends. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '../../../src/client/index.ts';
import { descendantsOf, isAlive } from '../../e2e/stack/processes.ts';
import type { Row } from '../row.ts';
import { until } from '../support/stack.ts';
import { countNumbers } from '../support/statistics.ts';
import {
  type Ground,
  linesOf,
  NAMESPACE,
  prepare,
  type Received,
  receive,
  start,
  textLines,
  withBench,
} from './bench.ts';
import { uptime } from './clock.ts';
import { countUp } from './drivers.ts';
import { numbersOf } from './log.ts';

const LINES = 800;
const PER_SECOND = 20;
const KILL_AT = 200;
const RUN_SECONDS = 240;
const READY_MS = 60_000;
const GONE_MS = 30_000;

type Round = {
  readonly lost: number;
  readonly doubled: number;
  readonly ended: boolean;
  /** Seconds from the kill to the next line at the client. */
  readonly silence: number;
};

const endsWell = (received: readonly Received[]): boolean => {
  const last = received.at(-1)?.event;
  return last?.type === 'complete' && last.data.status === 'succeeded' && last.data.exit_code === 0;
};

/** One run; `kill` when the client has some lines. What the client has and what is stored must both be whole. */
async function round(client: Client, ground: Ground, kill: () => Promise<void>): Promise<Round> {
  const script = countUp({ lines: LINES, perSecond: PER_SECOND });
  const runId = await start(client, ground, { script, lane: 'bench-crash' });
  let killed: Promise<void> | undefined;
  let killedAt = Number.NaN;
  let lines = 0;
  const received = await receive(client, runId, RUN_SECONDS, (one) => {
    lines += linesOf([one]).length;
    if (lines < KILL_AT || killed) return;
    killedAt = uptime();
    killed = kill();
  });
  if (!killed) throw new Error('the run was over before anything was killed');
  await killed;
  const seen = linesOf(received);
  const counts = [seen, await textLines(client, runId)].map((each) =>
    countNumbers(numbersOf(each), LINES),
  );
  const before = seen.filter(({ at }) => at <= killedAt).length;
  if (before >= LINES) throw new Error('every line was there before the kill');
  return {
    lost: Math.max(...counts.map(({ lost }) => lost)),
    doubled: Math.max(...counts.map(({ doubled }) => doubled)),
    ended: endsWell(received),
    silence: ((seen[before]?.at ?? Number.NaN) - killedAt) / 1_000,
  };
}

/** The host alone; its supervisor starts it again. */
const killHost = (): Promise<Round> =>
  withBench((bench) =>
    round(bench.client, bench, async () => {
      const { host } = bench.stack.pids;
      if (host === undefined) throw new Error('there is no host to kill');
      process.kill(host, 'SIGKILL');
    }),
  );

/** `npm start` as a process; everything below it ends when it is killed. */
async function startProcess(ground: Ground, port: string) {
  const args = [
    ['--kubeconfig', ground.kubeconfig],
    ['--namespace', NAMESPACE],
    ['--data', join(ground.dir, 'data')],
    ['--port', port],
  ].flat();
  const entry = fileURLToPath(new URL('../../../src/dev/start.ts', import.meta.url));
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = child.pid ?? 0;
  const kill = async (): Promise<void> => {
    const family = descendantsOf(pid);
    child.kill('SIGKILL');
    await until('the stack to be gone', GONE_MS, () => ![pid, ...family].some(isAlive));
  };
  try {
    const line = Promise.withResolvers<string>();
    createInterface({ input: child.stdout }).once('line', line.resolve);
    child.once('exit', (code) => line.reject(new Error(`npm start ended with ${code}`)));
    const late = AbortSignal.timeout(READY_MS);
    late.addEventListener('abort', () => line.reject(new Error('npm start is not ready in time')));
    const { api } = JSON.parse(await line.promise) as { api: string };
    return { api, kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

/** Everything but the cluster, and started again with the data that is left. */
async function killStack(): Promise<Round> {
  const ground = await prepare();
  try {
    let running = await startProcess(ground, '0');
    const { api } = running;
    try {
      return await round(createClient({ url: api }), ground, async () => {
        await running.kill();
        running = await startProcess(ground, new URL(api).port);
      });
    } finally {
      await running.kill();
    }
  } finally {
    await ground.close();
  }
}

export const crashRows: Row[] = [
  {
    id: 'control-plane-killed',
    title: 'control plane killed mid-run',
    where: 'cluster',
    units: {
      lost: 'lines',
      doubled: 'lines',
      right_ends: 'rounds',
      host_silence: 's',
      stack_silence: 's',
    },
    targets: { lost: ['=', 0], doubled: ['=', 0], right_ends: ['=', 2] },
    method: `A run prints ${LINES} numbered lines, ${PER_SECOND} a second; after ${KILL_AT} of them SIGKILL ends the host in one round, and \`npm start\` with \`--data\` and all its parts in another, where it is then started again. Lines are counted at the client that watched all the time and in the stored log (the worse of the two, the rounds together). A right end is \`succeeded\` with exit code 0. Silence is from the kill to the next line at the client.`,
    async measure() {
      const rounds = [await killHost(), await killStack()];
      const silence = rounds.map((each) => each.silence);
      return {
        samples: { silence_s: silence },
        figures: {
          lost: rounds.reduce((sum, each) => sum + each.lost, 0),
          doubled: rounds.reduce((sum, each) => sum + each.doubled, 0),
          right_ends: rounds.filter((each) => each.ended).length,
          host_silence: silence[0] ?? Number.NaN,
          stack_silence: silence[1] ?? Number.NaN,
        },
        note: 'in the second round Azurite keeps its state in a folder; SIGKILL goes to the process of npm start',
      };
    },
  },
];
