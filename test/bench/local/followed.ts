/** Figures of runs that are followed live. */

import type { Row } from '../row.ts';
import { followed } from '../support/followed.ts';
import { growth, spread, thin } from '../support/statistics.ts';

const RUNS = 200;
const SECONDS = 150;
const WATCHED = 8;

const scale: Row = {
  id: 'scale',
  title: `${RUNS} live runs at 20 lines/s on one instance`,
  where: 'local',
  units: {
    received_p50: 'ms',
    received_p99: 'ms',
    recorded_p50: 'ms',
    recorded_p99: 'ms',
    growth: 'ms',
    lost: 'lines',
    doubled: 'lines',
    memory: 'MiB',
    host_cores: 'cores',
    azurite_cores: 'cores',
    kubernetes_cores: 'cores',
    web_pubsub_cores: 'cores',
    seconds: 's',
  },
  targets: { growth: ['≤', 1_000], lost: ['=', 0], doubled: ['=', 0], seconds: ['≥', 60] },
  method: `${RUNS} runs in a lane of that capacity; each driver prints 20 lines once a second for ${SECONDS} s. Counted is the time in which all of them print. Received is from printing to one of ${WATCHED} clients that watch a run each; recorded is from printing to the time of the line's event, of all runs, read over HTTP at the end, when all numbers of all runs are checked. Growth is the middle of the received lag in the last third of that time less the one in the first. Memory is the largest resident size of the host.`,
  async measure() {
    const driver = { lines: SECONDS * 20, perSecond: 20, everyMs: 1_000 };
    const result = await followed({ runs: RUNS, driver, watched: WATCHED });
    const [received, recorded] = [spread(result.received), spread(result.recorded)];
    return {
      samples: {
        received_ms: thin(result.received),
        recorded_ms: thin(result.recorded),
        memory_mib: result.memory,
      },
      figures: {
        received_p50: received.p50,
        received_p99: received.p99,
        recorded_p50: recorded.p50,
        recorded_p99: recorded.p99,
        growth: growth(result.received),
        lost: result.lost,
        doubled: result.doubled,
        memory: Math.max(...result.memory),
        host_cores: result.cores.host,
        azurite_cores: result.cores.azurite,
        kubernetes_cores: result.cores.kubernetes,
        web_pubsub_cores: result.cores.webPubSub,
        seconds: result.seconds,
      },
      note: `the host used ${result.hostSeconds.toFixed(0)} s of processor time in all; lines come in writes of one second`,
    };
  },
};

const memory: Row = {
  id: 'memory',
  title: 'control plane, 10 runs at 100 lines/s',
  where: 'local',
  units: { host: 'MiB', p50: 'MiB', lost: 'lines', doubled: 'lines', received_p99: 'ms' },
  targets: { host: ['≤', 150], lost: ['=', 0], doubled: ['=', 0] },
  method:
    'Ten runs that print 100 lines a second for 60 s, one client each. `host` is the largest resident size (VmRSS) of the host process, looked at every second from before the first run to after the last; `p50` the middle one. That is all that the kernel counts for it, program text shared with other processes too. The process holds more than a deployed one: the app from `dist/` as it is deployed, and beside it the emulator for the Functions host, with its HTTP server, its queue listener (a storage SDK of its own) and its watchdog thread. Its Node gets `--max-semi-space-size=8` and `MALLOC_ARENA_MAX=2`.',
  async measure() {
    const driver = { lines: 6_000, perSecond: 100, everyMs: 50 };
    const result = await followed({ runs: 10, driver, watched: 10 });
    return {
      samples: { memory_mib: result.memory, received_ms: thin(result.received) },
      figures: {
        host: Math.max(...result.memory),
        p50: spread(result.memory).p50,
        lost: result.lost,
        doubled: result.doubled,
        received_p99: spread(result.received).p99,
      },
    };
  },
};

const line: Row = {
  id: 'line',
  title: 'log line printed → at a client, 500 lines/s',
  where: 'local',
  units: { p50: 'ms', p99: 'ms', lost: 'lines', doubled: 'lines' },
  targets: { p50: ['≤', 250], p99: ['≤', 600], lost: ['=', 0], doubled: ['=', 0] },
  method:
    'One run that prints 500 lines a second for 60 s, five every 10 ms, and one client that watches it; of all lines, from the time in the line to the arrival of its event. Numbers are checked at the client and once more over HTTP.',
  async measure() {
    const driver = { lines: 30_000, perSecond: 500, everyMs: 10, restSeconds: 1 };
    const result = await followed({ runs: 1, driver, watched: 1 });
    return {
      samples: { received_ms: thin(result.received) },
      figures: { ...spread(result.received), lost: result.lost, doubled: result.doubled },
      note: 'on the emulator, which serves a log at once; a kubelet is slower',
    };
  },
};

export const followedRows: readonly Row[] = [line, scale, memory];
