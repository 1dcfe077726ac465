/**
 * The promises, with real processes: two instances of the host are killed, services fail, connections
 * break and freeze, under load. CRASH_SEED repeats the draws of a run, though not its timing, which is
 * the machine's; CRASH_ROUNDS says how many rounds, and from 200 on there are some at the default timings.
 */
import { beforeAll, expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { runRounds } from './rounds.ts';

const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 20);
const SEED = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e9));
const MANY = 200;
const DEFAULT_ROUNDS = 4;

const started = Date.now();
const say = (line: string): void =>
  console.log(`${((Date.now() - started) / 1_000).toFixed(1)} s  ${line}`);

beforeAll(async () => {
  await build();
  say(`CRASH_SEED=${SEED}`);
});

it(`keeps its promises over ${ROUNDS} crashes and faults`, {
  timeout: 240_000 + ROUNDS * 6_000,
}, async () => {
  const timings = { tickSchedule: '* * * * * *', settings: { SLUICE_WATCHDOG_SECONDS: '3' } };
  const options = { seed: SEED, rounds: ROUNDS, timings, say };
  await expect(
    runRounds({ ...options, roundMs: 1_400, takeoverMs: 4_500, settleMs: 100_000 }),
  ).resolves.toBeUndefined();
});

it('keeps them on SQLite, whose process is killed too', {
  timeout: 240_000 + ROUNDS * 3_000,
}, async () => {
  const settings = { SLUICE_WATCHDOG_SECONDS: '3' };
  const timings = { tickSchedule: '* * * * * *', settings, store: 'sqlite' as const };
  const options = { seed: SEED, rounds: Math.ceil(ROUNDS / 2), timings, say };
  await expect(
    runRounds({ ...options, roundMs: 1_400, takeoverMs: 4_500, settleMs: 150_000 }),
  ).resolves.toBeUndefined();
});

it.runIf(ROUNDS >= MANY)('keeps them at the default timings', { timeout: 300_000 }, async () => {
  const options = { seed: SEED, rounds: DEFAULT_ROUNDS, timings: { settings: {} }, say };
  await expect(
    runRounds({ ...options, roundMs: 6_000, takeoverMs: 22_000, settleMs: 150_000 }),
  ).resolves.toBeUndefined();
});
