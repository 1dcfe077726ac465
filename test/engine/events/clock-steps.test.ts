import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type MemoryCluster,
  type Script,
  singleCluster,
} from '../../../src/adapters/memory/cluster.ts';
import type { RunEvent } from '../../../src/core/events/event.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import { type Cluster, ClusterError } from '../../../src/ports/cluster.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, request } from '../../support/world.ts';

type Log = Parameters<Cluster['readLog']>;

/** The cluster, whose streams break off after so many bytes, one after the other; then they hold. */
function breaking(cluster: MemoryCluster, cuts: readonly number[]): Cluster {
  const left = [...cuts];
  async function* readLog(...args: Log): AsyncGenerator<Uint8Array> {
    let bytes =
      args[2].tailLines === 1
        ? Number.POSITIVE_INFINITY
        : (left.shift() ?? Number.POSITIVE_INFINITY);
    for await (const chunk of cluster.readLog(...args)) {
      bytes -= chunk.length;
      if (bytes < 0) throw new ClusterError('unavailable', 0, 'connection reset');
      yield chunk;
    }
  }
  return Object.assign(Object.create(cluster) as Cluster, { readLog });
}

type Case = {
  readonly script: Script;
  readonly cuts?: readonly number[];
  readonly followed: boolean;
  readonly tickMs?: number;
};

/** What clients have got of such a run once it is over. */
async function told({ script, cuts = [], followed, tickMs = 1_000 }: Case) {
  const parts = memoryWorld({ script: () => script });
  const { clock } = parts;
  const world = { ...parts.world, clusters: singleCluster(breaking(parts.cluster, cuts)) };
  const { run } = await submitRun(world, { domain: 'default', request: request() });
  const ended = async () => (await readRun(world, run.run_id))?.run.finished_at ?? null;
  for (let ms = 0; (await ended()) === null && ms < script.endsAt * 2 + 200_000; ms += tickMs) {
    if (followed) await passTime({ ...parts, world }, tickMs);
    else await clock.advance(tickMs);
    await tick(world);
  }
  const events: RunEvent[] = [];
  for (let after = 0; ; ) {
    const page = await readEvents(world, 'default', run.run_id, { after, limit: 1_000 });
    events.push(...page.events);
    const last = page.events.at(-1)?.seq;
    if (last === undefined || last <= after) break;
    after = last;
  }
  const lines = events.flatMap((event) =>
    event.type === 'log' ? event.data.lines.map(({ message }) => message) : [],
  );
  const end = (await readRun(world, run.run_id))?.run;
  return { lines, gaps: events.filter(({ type }) => type === 'gap').length, end, now: clock.now() };
}

const sixty = Array.from({ length: 60 }, (_, at) => ({ at: at * 1_000, text: `line ${at + 1}` }));
const texts = sixty.map(({ text }) => text);
const stepping = (by: number): Script => ({
  lines: sixty,
  clockSteps: [{ at: 9_500, by }],
  endsAt: 60_000,
  exitCode: 0,
});

test.each([-30, -1, -61, -600, -3_600, 30, 600])(
  "no line is lost when a node's clock is set by %d s, read by the timer",
  async (seconds) => {
    const got = await told({ script: stepping(seconds * 1_000), followed: false });
    expect(got).toMatchObject({ lines: texts, gaps: 0, end: { state: 'succeeded' } });
    expect(Date.parse(got.end?.finished_at ?? '')).toBeLessThanOrEqual(got.now);
  },
);

test.each([-30, -600, 600])(
  'nor when its stream is cut twice, read by a follower (%d s)',
  async (seconds) => {
    const script = stepping(seconds * 1_000);
    const got = await told({ script, cuts: [420, 900], followed: true });
    expect(got).toMatchObject({ lines: texts, gaps: 0, end: { state: 'succeeded' } });
  },
);

test('nor when the clock goes ahead and back, again and again, further than the log is read again', async () => {
  const clockSteps = [600, -600, -600, -600, 600, -600].map((by, at) => ({
    at: 5_500 + at * 7_000,
    by: by * 1_000,
  }));
  for (const followed of [false, true]) {
    const script = { lines: sixty, clockSteps, endsAt: 60_000, exitCode: 0 };
    const got = await told({ script, cuts: [300, 700, 1_000], followed });
    expect(got).toMatchObject({ lines: texts, gaps: 0 });
  }
});

/** Ten lines of 10 KB a second: of them 1 MiB is ten seconds. */
const much = (seconds: number) =>
  Array.from({ length: seconds * 10 }, (_, at) => ({
    at: at * 100,
    text: `${at} ${'x'.repeat(10_000)}`,
  }));

test.each([
  ['the timer', false, 60_000],
  ['a follower', true, 10_000],
])(
  'a log of 100 KB/s gets on and is whole (read by %s)',
  async (_by, followed, tickMs) => {
    const lines = much(followed ? 45 : 150);
    const script = { lines, endsAt: (lines.at(-1)?.at ?? 0) + 1_000, exitCode: 0 };
    const got = await told({ script, followed, tickMs });
    expect(got.gaps).toBe(0);
    expect(got.lines).toEqual(lines.map(({ text }) => text));
  },
  60_000,
);

test.each([
  ['-300 s, read by the timer', -300, false],
  ['-300 s, read by a follower', -300, true],
  ['-15 s, read by the timer', -15, false],
  ['-15 s, read by a follower', -15, true],
])(
  'where its clock is set back, what is missing is told (%s)',
  async (_how, by, followed) => {
    const lines = much(60);
    const clockSteps = [{ at: 30_050, by: by * 1_000 }];
    const script = { lines, clockSteps, endsAt: 60_000, exitCode: 0 };
    const got = await told({ script, followed, tickMs: 9_000 });
    const taken = new Set(got.lines);
    const missing = lines.filter(({ text }) => !taken.has(text));
    expect(got.lines).toEqual(lines.map(({ text }) => text).filter((text) => taken.has(text)));
    expect(missing.length === 0 || got.gaps > 0).toBe(true);
    expect(missing.length).toBeLessThan(lines.length / 2);
  },
  60_000,
);

/** With `SEEDS` of thousands more are tried. */
const RUNS = Number(process.env['SEEDS'] ?? 0) > 1_000 ? 1_000 : 50;

const seconds = (max: number) => fc.integer({ min: 0, max: max * 1_000 });

test('every line comes once, in order, or a gap is told, wherever clocks are set and streams are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          after: fc.constantFrom(0, 0, 1, 40, 700, 5_000),
          text: fc.constantFrom('a', 'b', 'ERROR c', ''),
        }),
        { minLength: 1, maxLength: 40 },
      ),
      fc.array(fc.record({ at: seconds(60), by: fc.integer({ min: -600, max: 600 }) }), {
        maxLength: 3,
      }),
      fc.array(fc.nat(1_500), { maxLength: 5 }),
      fc.boolean(),
      fc.constantFrom(1_000, 7_000),
      async (items, steps, cuts, followed, tickMs) => {
        let at = 0;
        const lines = items.map(({ after, text }) => ({ at: (at += after), text }));
        const clockSteps = steps.map((step) => ({ at: step.at, by: step.by * 1_000 }));
        const script = { lines, clockSteps, endsAt: at + 500, exitCode: 0 };
        const got = await told({ script, cuts, followed, tickMs });
        expect(got.end?.state).toBe('succeeded');
        expect(got).toMatchObject({ gaps: 0, lines: lines.map(({ text }) => text) });
      },
    ),
    { numRuns: RUNS },
  );
}, 120_000);

test('the same of a log that writes much, but for what a gap tells of', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ at: seconds(40), by: fc.integer({ min: -600, max: 600 }) }), {
        minLength: 1,
        maxLength: 1,
      }),
      fc.array(fc.nat(3_000_000), { maxLength: 3 }),
      fc.constantFrom(2_000, 9_000, 30_000),
      async (steps, cuts, tickMs) => {
        const lines = much(40);
        const clockSteps = steps.map(({ at, by }) => ({ at, by: by * 1_000 }));
        const script = { lines, clockSteps, endsAt: 40_000, exitCode: 0 };
        const got = await told({ script, cuts, followed: false, tickMs });
        const taken = new Set(got.lines);
        const texts = lines.map(({ text }) => text);
        expect(got.lines).toEqual(texts.filter((text) => taken.has(text)));
        expect(taken.size === lines.length || got.gaps > 0).toBe(true);
      },
    ),
    { numRuns: RUNS / 10 },
  );
}, 120_000);
