/** The list of runs as it is read and as changes come, without a browser. */
import { describe, expect, it, vi } from 'vitest';
import type { RunPage, RunsQuery, RunView } from '../../../src/client/index.ts';
import { newRunId } from '../../../src/core/names.ts';
import { RunList } from '../../../src/page/screens/runs/list/run-list.ts';
import { PATIENCE } from '../../support/patience.ts';

const START = Date.parse('2026-11-29T00:00:00Z');
type Change = Parameters<RunList['change']>[0];

/** The later its number, the newer. */
function made(number: number, state: RunView['state'] = 'running'): RunView {
  const ms = START + number * 60_000;
  const run_id = newRunId(ms, Uint8Array.of(0, 0, 0, 0));
  const made = { run_id, state, created_at: new Date(ms).toISOString(), pipeline: `p${number}` };
  return { ...made, labels: {}, last_seq: 1, triggered_by: null } as unknown as RunView;
}

const change = (run: RunView, status: RunView['state'], seq: number): Change => {
  const data = { status, message: null, reason: null, job_name: null, attempt: 1 };
  return { seq, run_id: run.run_id, type: 'status', timestamp: run.created_at, data };
};

function setUp(count: number, query: RunsQuery = {}) {
  const runs = Array.from({ length: count }, (_, index) => made(count - index));
  const asked: RunsQuery[] = [];
  const frames: (() => void)[] = [];
  let failure: Error | undefined;
  const read = async (sent: RunsQuery): Promise<RunPage> => {
    asked.push(sent);
    if (failure) throw failure;
    const { limit = 50, cursor, since = '' } = sent;
    const fitting = runs.filter(
      ({ created_at, run_id, state }) =>
        created_at >= since &&
        (cursor === undefined || run_id < cursor) &&
        (sent.state === undefined || [sent.state].flat().includes(state)),
    );
    // Of a search few runs fit, and the server looks at a part of them.
    const page = fitting.slice(0, limit);
    const last = fitting.length > limit ? page.at(-1) : undefined;
    return {
      runs: page.filter(({ pipeline }) => sent.search === undefined || sent.search === pipeline),
      next_cursor: last?.run_id ?? null,
      scanned_until: last?.created_at ?? null,
    };
  };
  const list = new RunList({
    read,
    query: () => query,
    nextFrame: (call) => void frames.push(call),
    wait: async () => undefined,
  });
  list.markStale();
  const until = (what: () => boolean) =>
    vi.waitFor(() => {
      if (!what()) throw new Error('not yet');
    }, PATIENCE);
  const drawn = (): void => {
    for (const frame of frames.splice(0)) frame();
  };
  const fail = (error: Error | undefined): void => {
    failure = error;
  };
  const order = (): readonly string[] => list.state.get().order;
  const idle = () => until(() => !list.state.get().reading);
  return { runs, asked, list, until, drawn, fail, order, idle, frames };
}

/** Scrolls on until so many runs are there. */
async function readAll({ list, idle, order }: ReturnType<typeof setUp>, count: number) {
  while (order().length < count) {
    list.show(0, order().length);
    await idle();
  }
}

describe('the list of runs', () => {
  it('reads as one scrolls, and once', async () => {
    const it = setUp(1_000);
    await it.until(() => it.order().length === 50);
    it.list.show(0, 20);
    await it.idle();
    expect(it.asked).toHaveLength(1);
    await readAll(it, 1_000);
    expect(it.list.state.get()).toMatchObject({ complete: true });
    expect(it.order()).toHaveLength(1_000);
    expect(it.asked).toHaveLength(6);
  });

  it('puts new runs at the top, whatever is looked at, and keeps all that was read', async () => {
    const it = setUp(1_000);
    await readAll(it, 650);
    it.list.show(600, 640);
    await it.idle();
    const fresh = [1_001, 1_002, 1_003].map((number) => made(number));
    it.runs.unshift(...fresh.toReversed());
    for (const run of fresh) it.list.change(change(run, 'queued', 1));
    it.drawn();
    await it.until(() => it.order().length === 653);
    expect(it.order().slice(0, 3)).toEqual(fresh.toReversed().map(({ run_id }) => run_id));
    expect(it.asked.at(-1)?.since).toBeDefined();
  });

  it('draws many changes in one frame, the latest of each run', async () => {
    const it = setUp(50);
    await it.until(() => it.order().length === 50);
    const [run] = it.runs;
    if (run === undefined) throw new Error('no run');
    let draws = 0;
    it.list.state.subscribe(() => (draws += 1));
    for (let seq = 2; seq <= 50; seq += 1) it.list.change(change(run, 'running', seq));
    it.list.change(change(run, 'starting', 3));
    expect(it.frames).toHaveLength(1);
    it.drawn();
    expect(draws).toBe(1);
    expect(it.list.get(run.run_id)).toMatchObject({ state: 'running', last_seq: 50 });
  });

  it('takes away what does not fit any more, and shows what fits now', async () => {
    const it = setUp(20, { state: ['running'] });
    const failed = made(5, 'failed');
    it.runs[15] = failed;
    it.list.markStale();
    await it.until(() => it.order().length === 19);
    const [run] = it.runs;
    if (run === undefined) throw new Error('no run');
    it.list.change(change(run, 'failed', 2));
    it.drawn();
    expect(it.order()).not.toContain(run.run_id);
    it.runs[15] = { ...failed, state: 'running' };
    it.list.change(change(failed, 'running', 2));
    it.drawn();
    await it.until(() => it.order().includes(failed.run_id));
    expect(it.order()).toEqual(it.order().toSorted().toReversed());
  });

  it('keeps what it has when a read fails, and reads anew when it is told to', async () => {
    const it = setUp(100);
    await it.until(() => it.order().length === 50);
    it.fail(new Error('away'));
    it.list.markStale();
    await it.until(() => it.list.state.get().error !== undefined);
    expect(it.order()).toHaveLength(50);
    const before = it.asked.length;
    it.list.show(0, 10);
    expect(it.asked).toHaveLength(before);
    it.fail(undefined);
    it.runs.splice(0, 1);
    it.list.markStale();
    await it.until(() => it.list.state.get().error === undefined);
    expect(it.order()).toContain(it.runs[0]?.run_id);
    expect(it.order()).not.toContain(made(100).run_id);
  });

  it('stops after some reads that find nothing, and goes on when it is told to', async () => {
    const it = setUp(10_000, { search: 'p1' });
    await it.until(() => it.list.state.get().paused);
    const asked = it.asked.length;
    expect(asked).toBe(10);
    it.list.retry();
    await it.until(() => it.asked.length === 20 && it.list.state.get().paused);
    while (it.order().length === 0) {
      it.list.retry();
      await it.idle();
    }
    expect(it.list.state.get().complete).toBe(true);
  });

  it.each([1, 40])(
    'reads what the progress of %i runs came to at their end, with one request',
    async (count) => {
      const it = setUp(50);
      await it.until(() => it.order().length === 50);
      it.list.show(0, 49);
      const over = it.runs.slice(0, count).map((run) => ({
        ...run,
        state: 'failed' as const,
        last_seq: 4,
        progress: { completed: 6, total: 6, percent: 100 },
      }));
      it.runs.splice(0, count, ...over);
      const before = it.asked.length;
      for (const run of over) it.list.change(change(run, 'failed', 3));
      it.drawn();
      await it.until(() => over.every((run) => it.list.get(run.run_id)?.last_seq === 4));
      expect(over.map(({ run_id }) => it.list.get(run_id))).toEqual(over);
      expect(it.asked).toHaveLength(before + 1);
    },
  );

  it('reads the end of a run once more where an answer was older, and of others when they are looked at', async () => {
    const it = setUp(150);
    await readAll(it, 150);
    it.list.show(100, 120);
    const [run] = it.runs;
    if (run === undefined) throw new Error('no run');
    it.list.change(change(run, 'failed', 3));
    it.drawn();
    it.list.show(0, 20);
    // As it was before its end.
    await it.list.freshen();
    expect(it.list.get(run.run_id)).toMatchObject({ state: 'failed', last_seq: 3 });
    const over = { ...run, state: 'failed' as const, last_seq: 3, exit_code: 3 };
    it.runs[0] = over;
    await it.list.freshen();
    expect(it.list.get(run.run_id)).toEqual(over);
    await it.list.freshen();
    expect(it.asked.at(-1)).toMatchObject({ state: 'running' });
  });

  it('does not take an answer for newer than what came live meanwhile', async () => {
    const it = setUp(10);
    await it.until(() => it.order().length === 10);
    const [run] = it.runs;
    if (run === undefined) throw new Error('no run');
    it.list.change(change(run, 'cancelling', 5));
    it.drawn();
    it.list.markStale();
    await it.idle();
    expect(it.list.get(run.run_id)?.state).toBe('cancelling');
  });
});
