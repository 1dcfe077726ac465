/** Entry of the Functions app: registrations only; everything else loads at the first call. */
import { setFlagsFromString } from 'node:v8';
import { app } from '@azure/functions';
import { ROUTES } from './routes.ts';
import { watchEventLoop } from './runtime/event-loop.ts';
import { createHandler } from './runtime/http.ts';
import type { Service } from './service.ts';
import { environment, readRegistration } from './settings/environment.ts';

/** Delay of the event-loop watch after the start. */
const WATCHED_AFTER_MS = 5_000;

// By default V8 lets the heap grow to several times the used memory before it collects: 368 MiB instead of 223 for
// 200 live runs.
setFlagsFromString('--heap-growing-percent=50');

// Delayed, so that neither cold starts nor short executions pay for the thread.
setTimeout(watchEventLoop, WATCHED_AFTER_MS).unref();

let service: Service | undefined;
const load = async (): Promise<Service> => {
  const { loadService } = await import('./service.ts');
  service = await loadService();
  return service;
};
const handler = createHandler(load);

const { schedule, queues, connection } = readRegistration(environment());

app.setup({ enableHttpStream: true });

for (const { name, route, methods } of ROUTES) {
  app.http(name, { route, methods: [...methods], authLevel: 'anonymous', handler });
}

app.timer('tick', {
  schedule,
  handler: async (_timer, context) => {
    try {
      await (await load()).tick();
    } catch (error) {
      // The next tick tries again; rethrown so that the platform counts a failed invocation.
      context.error('tick failed', error);
      throw error;
    }
  },
});

// The host calls this after it has stopped waiting for running work, and waits for it for some seconds.
app.hook.appTerminate(async () => {
  await service?.drain();
});

// Two functions, because host.json limits the messages of each one separately: an app full of followers still dispatches.
for (const [receiver, queueName] of Object.entries(queues ?? {})) {
  app.storageQueue(receiver, {
    queueName,
    connection,
    // Never rejects because of a run: a watchdog message or the timer continues, not the queue's own retry.
    handler: async (message) => (await load()).message(message),
  });
}
