import { describe, expect, it } from 'vitest';
import { type RunView, SluiceError } from '../../../src/client/index.ts';
import { cancelAll, type Outcome, planOf } from '../../../src/page/screens/runs/cancel/plan.ts';

const run = (run_id: string, state: RunView['state']): RunView => ({ run_id, state }) as RunView;

describe('a cancel of several runs', () => {
  it('tells beforehand what becomes of each', () => {
    const runs = [
      run('a', 'running'),
      run('b', 'failed'),
      run('c', 'cancelling'),
      run('d', 'queued'),
    ];
    const plan = planOf(['a', 'b', 'c', 'd', 'gone'], (id) => runs.find((it) => it.run_id === id));
    const ids = (list: readonly RunView[]) => list.map(({ run_id }) => run_id);
    expect(ids(plan.willEnd)).toEqual(['a', 'd']);
    expect(ids(plan.ending)).toEqual(['c']);
    expect(ids(plan.over)).toEqual(['b']);
    expect(plan.unknown).toEqual(['gone']);
  });

  it('tells the truth about each afterwards, and asks for a few at once', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const outcomes: Outcome[] = [];
    let [now, most] = [0, 0];
    const cancel = async (id: string): Promise<RunView> => {
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
      if (id === 'b') throw new SluiceError('forbidden', 403, 'You may not.');
      if (id === 'c') throw new SluiceError('unreachable', 0, 'No answer.');
      if (id === 'd') return run(id, 'succeeded');
      return run(id, id === 'e' ? 'cancelled' : 'cancelling');
    };
    await cancelAll(ids, cancel, (outcome) => outcomes.push(outcome), new AbortController().signal);
    const results = Object.fromEntries(outcomes.map(({ id, result }) => [id, result]));
    expect(results).toEqual({
      a: 'asked',
      b: 'refused',
      c: 'unanswered',
      d: 'over',
      e: 'cancelled',
      f: 'asked',
      g: 'asked',
    });
    expect(outcomes.find(({ id }) => id === 'b')?.detail).toBe('You may not.');
    expect(most).toBe(4);
  });

  it('leaves the rest alone when it is stopped', async () => {
    const stop = new AbortController();
    const asked: string[] = [];
    const cancel = async (id: string): Promise<RunView> => {
      asked.push(id);
      stop.abort();
      return run(id, 'cancelling');
    };
    const ids = Array.from({ length: 20 }, (_, at) => String(at));
    await cancelAll(ids, cancel, () => undefined, stop.signal);
    expect(asked).toEqual(['0']);
  });
});
