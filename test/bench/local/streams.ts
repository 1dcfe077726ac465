/** Event streams in another process than the run's follower: on Azure HTTP and queue functions never share one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../../src/build/build.ts';
import { createClient } from '../../../src/client/index.ts';
import { supervise } from '../../../src/emulators/functions-host/process/supervisor.ts';
import type { Row } from '../row.ts';
import { startRuns } from '../support/followed.ts';
import { receive } from '../support/load.ts';
import { onStack, until, within } from '../support/stack.ts';
import { countNumbers, spread, thin } from '../support/statistics.ts';

const DRIVER = { lines: 30_000, perSecond: 500, everyMs: 10, restSeconds: 1 };
const ROUND_MS = 180_000;
/** Lines that were there before the stream was, and those that follow on them, are no measure of it. */
const SETTLED_MS = 2_000;

const OFF = '1';
const NO_FOLLOWER = { AzureWebJobs_follow_Disabled: OFF };

/** Lines of one run as an event stream of a second host brings them. `followed`: by the first host, from its queue. */
async function streamed(followed: boolean) {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  let wired: Readonly<Record<string, string>> = {};
  const options = {
    settings: followed ? {} : NO_FOLLOWER,
    overrideSettings: async (given: Readonly<Record<string, string>>) => (wired = given),
  };
  try {
    return await onStack(options, async ({ client }) => {
      const second = await supervise({
        appDir: ROOT,
        stateDir: dir,
        settings: { ...wired, ...NO_FOLLOWER, AzureWebJobs_tick_Disabled: OFF },
      });
      const stop = new AbortController();
      try {
        const [id = ''] = await startRuns(client, 1, DRIVER);
        if (followed)
          await until('the run followed', ROUND_MS, async () => {
            const { state } = await client.getRun(id);
            return state === 'running';
          });
        const opened = Date.now();
        const receipt = receive(createClient({ url: second.url(), push: false }), id, stop.signal);
        await within('the run over', ROUND_MS, receipt.done);
        const lags = receipt.lag.filter(
          (lag, index) => (receipt.at[index] ?? 0) - lag > opened + SETTLED_MS,
        );
        return { lags, ...countNumbers(receipt.numbers, DRIVER.lines) };
      } finally {
        stop.abort();
        await second.close();
      }
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const streams: Row = {
  id: 'stream',
  title: 'log line printed → at an event stream of another process, 500 lines/s',
  where: 'local',
  units: {
    p50: 'ms',
    p99: 'ms',
    own_p50: 'ms',
    own_p99: 'ms',
    lost: 'lines',
    doubled: 'lines',
  },
  targets: { p99: ['≤', 300], own_p99: ['≤', 300], lost: ['=', 0], doubled: ['=', 0] },
  method: `One run that prints 500 lines a second for 60 s, five every 10 ms, and one client on the event stream of a second host, which shares storage with the first and takes no messages of the queue. \`p50\` and \`p99\`: the first host follows the run; \`own_\`: nobody takes messages, so that the stream's host follows the run itself. Of lines printed later than ${SETTLED_MS / 1_000} s after the stream was opened.`,
  async measure() {
    const other = await streamed(true);
    const own = await streamed(false);
    const [far, near] = [spread(other.lags), spread(own.lags)];
    return {
      samples: { received_ms: thin(other.lags), own_received_ms: thin(own.lags) },
      figures: {
        ...far,
        own_p50: near.p50,
        own_p99: near.p99,
        lost: other.lost + own.lost,
        doubled: other.doubled + own.doubled,
      },
      note: 'two hosts, Azurite, the emulators and the client share the cores',
    };
  },
};

export const streamRows: readonly Row[] = [streams];
