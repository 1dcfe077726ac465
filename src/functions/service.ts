/** The world and the app, which all functions of this process share and the first call makes. */
import { createApi } from '../api/app.ts';
import { AppError } from '../core/errors.ts';
import { MESSAGE_MS_MAX, REQUEST_MS_MAX, TICK_MS_MAX } from '../core/function-limits.ts';
import { flushRefusals } from '../engine/access/refusals.ts';
import { handleMessage } from '../engine/follow/messages.ts';
import { closeReaders } from '../engine/queries/readers.ts';
import { runOverdueTick, timerTick } from '../engine/reconcile/timer.ts';
import { saveLogBytes } from '../engine/store/domains/log-usage.ts';
import { count, INSTALLATION, storeFigures } from '../engine/store/figures.ts';
import { withSchema } from '../engine/store/schema.ts';
import type { World } from '../ports/world.ts';
import { readAsset, readPageFile } from './assets.ts';
import { createOutside } from './outside.ts';
import { seedCatalogue } from './seed.ts';
import { environment } from './settings/environment.ts';
import {
  readSettings,
  type Settings,
  unknownSettings,
  unresolvedSettings,
} from './settings/settings.ts';
import { measuredMessage, measuredRequest, measuredTick } from './telemetry/measured-work.ts';
import { measuredWorld } from './telemetry/measured-world.ts';
import { NO_OPERATIONS, type Operations } from './telemetry/telemetry.ts';
import { createWorld } from './world.ts';

export type Service = {
  /**
   * Answers a request; rejects after `REQUEST_MS_MAX`. When the timer does not fire any more, this and `message` also run
   * a tick in the background.
   */
  fetch(request: Request, by?: Invocation): Promise<Response>;
  /** One pass of the timer; rejects after `TICK_MS_MAX`. */
  tick(): Promise<void>;
  /** Handles a message of the queue, for `MESSAGE_MS_MAX` at most. */
  message(message: unknown): Promise<void>;
  /** Ends all work of messages: resolves when the followed runs are back in the queue, for another instance. Never rejects. */
  drain(): Promise<void>;
};

/** What the host tells of a request: the name of its function, and the host's own span. */
export type Invocation = { readonly name: string; readonly traceparent: string | undefined };

/** Runs `make` once; after a failure the next call tries again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

class TookTooLong extends AppError {}

/** Rejects with `TookTooLong` when the work takes longer than `ms`. The work itself is not stopped. */
async function bounded<T>(
  { clock }: World,
  ms: number,
  what: string,
  work: Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const late = clock.sleep(ms, done.signal).then((): never => {
    throw new TookTooLong(
      'unavailable',
      `${what} took longer than ${ms / 1_000} s; it may still be done.`,
    );
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}

export function createService(
  outside: World,
  settings: Settings,
  operations: Operations = NO_OPERATIONS,
): Service {
  const { telemetry } = operations;
  const world = withSchema(
    measuredWorld(outside, telemetry, (service) =>
      count(outside, INSTALLATION, 'throttled_total', [service]),
    ),
  );
  // Beside the work, and seldom: figures that are not stored are added to later.
  const noteFigures = (): void => void storeFigures(world);
  const { adminToken, signIn, openMode, corsOrigins, rateLimit, publicUrl } = settings;
  const app = createApi(world, {
    openMode,
    corsOrigins,
    rateLimit,
    assets: readAsset,
    pageFile: readPageFile,
    webPubSub: settings.webPubSubAddress,
    ...(publicUrl && { publicUrl }),
    ...(adminToken && { adminToken }),
    ...(signIn && { signIn }),
  });
  // A run must not be refused because its entry is not there yet.
  const seeded = once(async () => {
    if (settings.cataloguePath) await seedCatalogue(world, settings.cataloguePath);
  });
  const stopping = new AbortController();
  const working = new Set<Promise<void>>();
  const answer = async (request: Request): Promise<Response> => {
    // Probes are answered also without storage.
    if (!new URL(request.url).pathname.startsWith('/health')) await seeded();
    return app.fetch(request);
  };
  return {
    fetch(request, by) {
      void runOverdueTick(world);
      return measuredRequest(operations, request, by, () =>
        bounded(world, REQUEST_MS_MAX, 'The request', answer(request)),
      ).finally(noteFigures);
    },
    async tick() {
      await measuredTick(telemetry, () =>
        bounded(world, TICK_MS_MAX, 'The tick', timerTick(world)),
      ).finally(noteFigures);
    },
    async message(message) {
      void runOverdueTick(world);
      const tooLong = new AbortController();
      const signal = AbortSignal.any([stopping.signal, tooLong.signal]);
      const handled = measuredMessage(telemetry, message, () =>
        handleMessage(world, message, signal),
      );
      const work = bounded(world, MESSAGE_MS_MAX, 'The message', handled).catch(
        (error: unknown) => {
          if (!(error instanceof TookTooLong)) throw error;
          // A watchdog message or the timer continues the work; a retry by the queue would only hang again.
          tooLong.abort();
          world.log.error('message not done', { message, error });
        },
      );
      working.add(work);
      await work.finally(() => working.delete(work)).finally(noteFigures);
    },
    async drain() {
      stopping.abort();
      await Promise.allSettled([...working, closeReaders(world)]);
      await Promise.all([flushRefusals(world), saveLogBytes(world)]);
      await Promise.all([storeFigures(world, true), telemetry.flush()]);
    },
  };
}

/** Reads the settings of the process. Rejects with an error that says what is wrong with them. */
export const loadService = once(async () => {
  const given = environment();
  const settings = readSettings(given);
  const outside = await createOutside(settings);
  const world = await createWorld(settings, outside);
  for (const unknown of unknownSettings(given)) world.log.warn('unknown setting', unknown);
  for (const name of unresolvedSettings(given))
    world.log.warn(
      'setting without its secret: is it in the vault, and may the identity read it?',
      { name },
    );
  return createService(world, settings, outside.operations);
});
