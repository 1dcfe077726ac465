/**
 * The app in a process of its own, under a strict host, as in the language worker on Azure: what ends it leaves the host alone.
 * Its parent tells it what to run, and gets answers and log lines.
 */
import { startApp } from '../app/app.ts';
import { perform } from '../app/perform.ts';
import { startStreaming } from '../http/stream-server.ts';
import { messageOf, stackOf } from '../log.ts';
import { ORPHANED_MS } from './strict.ts';
import type { FromWorker, ToWorker, WorkerStart } from './worker-process.ts';

/** A failure to send means that the host is gone, and is ignored. */
const tell = (message: FromWorker): void => {
  process.send?.(message, () => undefined);
};
const failureOf = (error: unknown) => ({ message: messageOf(error), ...stackOf(error) });

async function start({ appDir, main, strict }: WorkerStart): Promise<void> {
  const log = (...line: Extract<FromWorker, { kind: 'log' }>['line']): void =>
    tell({ kind: 'log', line });
  const app = await startApp(appDir, main, log, []);
  const stream = await startStreaming(app.model, strict);
  const byName = new Map(app.functions.map((definition) => [definition.name, definition]));
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'end') {
      const failed = (error: unknown): void =>
        log('error', 'Host', `An appTerminate hook failed: ${messageOf(error)}`);
      void app
        .terminate()
        .catch(failed)
        .then(() => process.exit(0));
      return;
    }
    const { call, name, request } = message;
    const definition = byName.get(name);
    if (definition === undefined) {
      return;
    }
    perform({ ...app, log }, definition, request).then(
      (response) => tell({ kind: 'done', call, response }),
      (error: unknown) => tell({ kind: 'failed', call, error: failureOf(error) }),
    );
  });
  // Functions travel as what they registered; the host checks them by itself.
  const functions = app.functions.map(({ metadata }) => metadata);
  tell({ kind: 'ready', functions, streamPort: stream?.port });
}

// Ctrl-C reaches the whole group; the host decides.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.once('message', (message: WorkerStart) => {
  process.once('disconnect', () => setTimeout(() => process.exit(1), ORPHANED_MS * message.strict));
  start(message).catch((error: unknown) => {
    process.send?.({ kind: 'broken', error: failureOf(error) } satisfies FromWorker, () =>
      process.exit(1),
    );
  });
});
