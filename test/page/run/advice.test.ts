/** What the page says to do about a run. */
import { expect, it } from 'vitest';
import { RUN_STATES, type RunState } from '../../../src/core/events/state.ts';
import { REASON_CODES, REASONS } from '../../../src/core/reasons.ts';
import { adviceOf, patienceOf } from '../../../src/page/screens/run/state/advice.ts';

it.each(REASON_CODES)('%s has advice, which is not the sentence of the reason again', (code) => {
  const found = adviceOf('failed', code);
  expect(found?.text.length).toBeGreaterThan(15);
  expect(found?.text).not.toBe(REASONS[code].sentence);
});

it('offers to start it again where the same start may succeed, and to change it where it cannot', () => {
  for (const code of REASON_CODES.filter((each) => REASONS[each].retryable))
    expect(adviceOf('failed', code)?.actions, code).toContain('again');
  for (const code of [
    'exit_code',
    'out_of_memory',
    'deadline_exceeded',
    'invalid_image',
  ] as const) {
    expect(adviceOf('failed', code)?.actions, code).toContain('edit');
    expect(adviceOf('failed', code)?.actions, code).not.toContain('again');
  }
});

it('offers no second start beside a run that lives, and no end of one that is over', () => {
  for (const code of REASON_CODES)
    for (const state of RUN_STATES) {
      const actions = adviceOf(state, code)?.actions ?? [];
      const over = (['succeeded', 'failed', 'cancelled'] as RunState[]).includes(state);
      expect(actions.includes(over ? 'cancel' : 'again'), `${state} ${code}`).toBe(false);
    }
});

it('knows what to expect of states without a reason, and says nothing where nothing is to do', () => {
  expect(adviceOf('queued', undefined)?.text).toContain('place');
  expect(adviceOf('cancelling', 'exit_code')?.text).toContain('told to end');
  expect(adviceOf('failed', undefined)?.actions).toEqual(['log']);
  expect(adviceOf('running', undefined)).toBeUndefined();
  expect(adviceOf('succeeded', undefined)).toBeUndefined();
  // A newer server's code.
  expect(adviceOf('failed', 'something_new' as 'quota')?.actions).toEqual(['log']);
});

it('tells how long a run is given', () => {
  expect(patienceOf('starting', 'image_pull')).toBe(
    'It is tried again by itself, and given up after 3 min.',
  );
  expect(patienceOf('starting', 'invalid_image')).toBe('It is given up after 3 min.');
  expect(patienceOf('queued', 'lane_busy')).toBe('It goes on by itself.');
  expect(patienceOf('queued', 'lane_paused')).toBeUndefined();
  expect(patienceOf('failed', 'image_pull')).toBeUndefined();
});
