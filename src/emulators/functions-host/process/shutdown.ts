/** The end of a host, in order: no new work, then the work in hand, then the app's own hooks. */
import type { Server } from 'node:http';
import type { Runner } from '../app/runner.ts';
import type { FrontServer } from '../http/http-server.ts';
import type { Invoker } from '../invoker.ts';
import { type Log, messageOf } from '../log.ts';
import type { Triggers } from '../triggers/triggers.ts';
import { sleep } from './sleep.ts';
import { DRAIN_MS, LISTENERS_STOP_MS } from './strict.ts';

export type Ending = {
  readonly front: FrontServer;
  readonly invoker: Invoker;
  readonly triggers: Triggers;
  readonly runner: Runner;
  readonly log: Log;
};

const TERMINATE_HOOK_MS = 5_000;
const DRAIN_POLL_MS = 50;
/** For messages whose functions have just failed with their worker to be given back. */
const RELEASE_MS = 1_000;

async function closed(server: Server): Promise<void> {
  const end = new Promise<void>((done) => server.close(() => done()));
  // A connection kept alive becomes idle only once its answer is out.
  const timer = setInterval(() => server.closeIdleConnections(), DRAIN_POLL_MS);
  await end;
  clearInterval(timer);
}

/** Resolves when `work` is done, at the latest after `ms`. True when it was done. */
async function atMost(ms: number, work: Promise<unknown>): Promise<boolean> {
  const controller = new AbortController();
  const timeout = sleep(ms, controller.signal).then(() => false);
  try {
    return await Promise.race([work.then(() => true), timeout]);
  } finally {
    controller.abort();
  }
}

async function runHooks({ runner, log }: Ending): Promise<void> {
  try {
    await atMost(TERMINATE_HOOK_MS, runner.end());
  } catch (error) {
    log('error', 'Host', `An appTerminate hook failed: ${messageOf(error)}`);
  }
}

/** Lets what runs finish, for at most `drainMs`. */
export async function endGently(ending: Ending, drainMs: number): Promise<void> {
  const { front, invoker, triggers, log } = ending;
  front.shut();
  const work = Promise.all([triggers.stop(), closed(front.server)]).then(() => invoker.idle());
  if (!(await atMost(drainMs, work))) {
    log('warning', 'Host', `${invoker.running()} invocations were still running at shutdown.`);
  }
  await runHooks(ending);
}

/**
 * In the order of the real host: no new connections; then requests, which are broken in the end; only then the queue
 * listeners, which took messages until now; and last the worker with its hooks, whatever still runs there.
 */
export async function endStrictly(ending: Ending, strict: number): Promise<void> {
  const { front, triggers } = ending;
  await atMost(DRAIN_MS * strict, closed(front.server));
  front.server.closeAllConnections();
  await sleep((LISTENERS_STOP_MS - DRAIN_MS) * strict);
  const stopped = triggers.stop();
  await runHooks(ending);
  await atMost(RELEASE_MS, stopped);
}
