/** An app of timers and queues that records what it is given. */
import { app, type InvocationContext, type Timer } from '@azure/functions';

export type Run = {
  readonly name: string;
  readonly input: unknown;
  readonly id: string;
  readonly retry: InvocationContext['retryContext'];
  readonly metadata: InvocationContext['triggerMetadata'];
};
/** What ran, and what functions wait for, for tests in the same process. */
export type Record = { runs: Run[]; active: number; mostActive: number; gate: Promise<unknown> };
const key = Symbol.for('host-test:record');
const world = globalThis as { [key]?: Record };
const record: Record = (world[key] ??= {
  runs: [],
  active: 0,
  mostActive: 0,
  gate: Promise.resolve(),
});

function note(input: unknown, context: InvocationContext): void {
  const { functionName: name, invocationId: id, retryContext: retry } = context;
  record.runs.push({ name, input, id, retry, metadata: context.triggerMetadata });
}

app.timer('second', {
  schedule: '*/1 * * * * *',
  handler: async (timer: Timer, context) => {
    note(timer, context);
    record.active += 1;
    record.mostActive = Math.max(record.mostActive, record.active);
    await record.gate;
    record.active -= 1;
  },
});
app.timer('hourly', { schedule: '%HOURLY%', handler: note });
app.timer('early', { schedule: '01:00:00', runOnStartup: true, handler: note });
app.timer('retried', {
  schedule: '0 0 0 1 1 *',
  retry: { strategy: 'fixedDelay', maxRetryCount: 2, delayInterval: { milliseconds: 0 } },
  handler: (timer, context) => {
    note(timer, context);
    throw new Error(`attempt ${context.retryContext?.retryCount}`);
  },
});
app.timer('sleeping', { schedule: '*/1 * * * * *', handler: note });

app.storageQueue('worker', {
  queueName: '%QUEUE%',
  connection: 'STORAGE',
  handler: async (message: unknown, context) => {
    note(message, context);
    if (typeof message === 'object' && message !== null && 'fail' in message) {
      throw new Error('on purpose');
    }
    record.active += 1;
    record.mostActive = Math.max(record.mostActive, record.active);
    await record.gate;
    record.active -= 1;
    return { seen: message };
  },
});
