/** What the functions of this process share: one world and one app, made at the first call. */
import { createApi } from '../api/app.ts';
import { handleMessage } from '../engine/messages.ts';
import { closeReaders } from '../engine/readers.ts';
import { withSchema } from '../engine/schema.ts';
import { standIn, timerTick } from '../engine/timer.ts';
import type { World } from '../ports/world.ts';
import { readAsset } from './assets.ts';
import { seedCatalogue } from './seed.ts';
import { readSettings, type Settings } from './settings.ts';
import { createWorld } from './world.ts';

export type Service = {
  /** Answers a request. Where the timer does not fire any more, this and `message` let a tick run on the side. */
  fetch(request: Request): Promise<Response>;
  /** One pass of the timer. */
  tick(): Promise<void>;
  /** Does what a message of the work queue asks for. */
  message(message: unknown): Promise<void>;
  /** Ends all work of messages: resolves when the live runs are with the queue, for another instance. Never rejects. */
  handOver(): Promise<void>;
};

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

export function createService(outside: World, settings: Settings): Service {
  const world = withSchema(outside);
  const { adminToken, openMode, corsOrigins, rateLimit, cataloguePath } = settings;
  const app = createApi(world, {
    openMode,
    corsOrigins,
    rateLimit,
    assets: readAsset,
    ...(adminToken !== undefined && { adminToken }),
  });
  // Requests wait for it: a run by name must not start before the name is known.
  const seeded = once(async () => {
    if (cataloguePath !== undefined) await seedCatalogue(world, cataloguePath);
  });
  const stopping = new AbortController();
  const working = new Set<Promise<void>>();
  return {
    async fetch(request) {
      void standIn(world);
      // A probe is answered whatever storage does.
      if (!new URL(request.url).pathname.startsWith('/health')) await seeded();
      return app.fetch(request);
    },
    async tick() {
      await timerTick(world);
    },
    async message(message) {
      void standIn(world);
      const work = handleMessage(world, message, stopping.signal);
      working.add(work);
      await work.finally(() => working.delete(work));
    },
    async handOver() {
      stopping.abort();
      await Promise.allSettled([...working, closeReaders(world)]);
    },
  };
}

/** Reads the settings of the process. Rejects with an error that says what is wrong with them. */
export const loadService = once(async () => {
  const settings = readSettings(process.env);
  return createService(await createWorld(settings), settings);
});
