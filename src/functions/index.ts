/** Entry of the Functions app: registrations only; everything else loads at the first call. */
import { setFlagsFromString } from 'node:v8';
import { app } from '@azure/functions';
import { ROUTES } from './routes.ts';
import { watchEventLoop } from './runtime/event-loop.ts';
import { createHandler } from './runtime/http.ts';
import type { Service } from './service.ts';
import { environment, readRegistration } from './settings/environment.ts';

/** When the event loop begins to be watched, after the start. */
const WATCHED_AFTER_MS = 5_000;

// By default V8 clears garbage away only when there is up to three times as much of it as of what is in use: 368 MiB
// instead of 223 for 200 live runs.
setFlagsFromString('--heap-growing-percent=50');

// A cold start is not to wait for its thread, nor is a short execution to pay for it.
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
      // The next one tries again; a failed invocation is what the platform counts and alerts on.
      context.error('tick failed', error);
      throw error;
    }
  },
});

// Comes after the host has stopped waiting for what runs, and is itself waited for, some seconds.
app.hook.appTerminate(async () => {
  await service?.drain();
});

// Two functions, for host.json bounds the messages of each by itself: full of followers, an app still dispatches.
for (const [receiver, queueName] of Object.entries(queues ?? {})) {
  app.storageQueue(receiver, {
    queueName,
    connection,
    // Never rejects for a run's sake: a guard message or the timer goes on with it, not the queue's own retry.
    handler: async (message) => (await load()).message(message),
  });
}
