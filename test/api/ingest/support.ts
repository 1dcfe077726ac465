/** Runs of Nextflow whose drivers send their trace, and what real ones sent. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { singleCluster } from '../../../src/adapters/memory/cluster.ts';
import { withFaults } from '../../../src/adapters/memory/faults.ts';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { pipelines } from '../../../src/engine/catalogue/catalogue.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import type { Cluster } from '../../../src/ports/cluster.ts';
import type { World } from '../../../src/ports/world.ts';
import { randomOf } from '../../support/chaos.ts';
import { memoryWorld, nextflowRequest, QUICK } from '../../support/world.ts';
import { apiOn } from '../support.ts';

export const DOMAIN = 'default';

/** An API whose clock moves when it sleeps, with an entry by each protocol. `drivers` has the token of each run's driver. */
export async function ingestApi() {
  const drivers = new Map<string, string>();
  const memory = memoryWorld({ script: () => ({ ...QUICK, lines: [], endsAt: 60_000 }) });
  const note = (objects: unknown): void => {
    const [token, runId] = /slt_(r[0-9a-z]{15})_[\w-]{43}/.exec(JSON.stringify(objects)) ?? [];
    if (token !== undefined && runId !== undefined) drivers.set(runId, token);
  };
  const cluster = Object.assign(Object.create(memory.cluster) as Cluster, {
    createJob: (...args: Parameters<Cluster['createJob']>) => {
      note(args);
      return memory.cluster.createJob(...args);
    },
    createConfig: (...args: Parameters<Cluster['createConfig']>) => {
      note(args);
      return memory.cluster.createConfig(...args);
    },
  });
  let slept = 0;
  const world: World = {
    ...memory.world,
    clusters: singleCluster(cluster),
    traceUrl: 'https://app.example',
    clock: {
      now: () => Math.floor(memory.clock.now() + slept),
      sleep: async (ms, signal) => {
        // Whoever has a signal waits for something else, with a limit.
        if (signal)
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
        slept += ms;
        await new Promise<void>((resolve) => setImmediate(resolve));
      },
    },
  };
  for (const trace of ['tower', 'weblog'])
    await pipelines.create(
      world,
      DOMAIN,
      Pipeline.parse({ name: trace, overridable: ['lane'], nextflow: { source: 'a/b', trace } }),
    );
  const start = async (protocol: 'tower' | 'weblog', lane: string = protocol) => {
    const request = nextflowRequest({ pipeline: protocol, lane });
    const { run } = await submitRun(world, { domain: DOMAIN, request });
    return { runId: run.run_id, token: drivers.get(run.run_id) ?? '' };
  };
  return { ...memory, world, ...apiOn(world), start };
}
export type IngestApi = Awaited<ReturnType<typeof ingestApi>>;

/** As Nextflow sends its token. */
export const basic = (token: string): Record<string, string> => ({
  authorization: `Basic ${btoa(`@token:${token}`)}`,
});

/** The same instance on a store of which a share of all calls fails, before or after it was carried out. */
export function faulty(world: World, seed: number, share: number): World {
  const random = randomOf(seed);
  const plan = () => (random() >= share ? 'none' : random() < 0.5 ? 'before' : 'after');
  return { ...world, store: withFaults(world.store, plan) };
}

const FOLDER = join(import.meta.dirname, '../../../../shared/nextflow-lab/recordings');

export type Recorded = { readonly method: string; readonly path: string; readonly body: unknown };

function recorded(name: string, file: string): Recorded[] {
  const path = join(FOLDER, name, file);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Recorded);
}

export type Recording = {
  readonly name: string;
  readonly protocol: 'tower' | 'weblog';
  readonly calls: readonly Recorded[];
};

/** Each recorded run by each protocol; none where there are no recordings. */
export const RECORDINGS: readonly Recording[] = existsSync(FOLDER)
  ? readdirSync(FOLDER).flatMap((name) =>
      (['tower', 'weblog'] as const)
        .map((protocol) => ({ name, protocol, calls: recorded(name, `${protocol}.jsonl`) }))
        .filter(({ calls }) => calls.length > 0),
    )
  : [];

/** A recorded call as this run's driver would send it. */
export function callOf({ method, path, body }: Recorded, runId: string) {
  if (path.endsWith('/weblog'))
    return {
      path: '/api/v1/ingest/weblog',
      method: 'POST',
      body: { ...(body as object), runName: runId },
    };
  const call = path.split('?')[0]?.split('/').at(-1) ?? '';
  const own = { ...(body as object), ...(call === 'create' && { workflowId: runId }) };
  const place = call === 'create' ? 'create' : `${runId}/${call}`;
  return { path: `/api/v1/ingest/trace/${place}?workspaceId=7`, method, body: own };
}
