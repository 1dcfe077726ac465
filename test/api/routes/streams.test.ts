/**
 * Every stream of the product with a client that leaves, one that is slow, and a source that fails half way; through a host that
 * leaves a caller waiting where the real one does.
 */
import { subscribe } from 'node:diagnostics_channel';
import { readFile } from 'node:fs/promises';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANSWER_BUFFER_BYTES } from '../../../src/core/function-limits.ts';
import { LOG_BATCH_BYTES_MAX } from '../../../src/core/limits.ts';
import { createHost, type Host } from '../../../src/emulators/functions-host/host.ts';
import type { HostLogLine } from '../../../src/emulators/functions-host/log.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { checkSchema } from '../../../src/engine/store/schema.ts';
import { createService } from '../../../src/functions/service.ts';
import { readSettings } from '../../../src/functions/settings/settings.ts';
import type { Store } from '../../../src/ports/store.ts';
import { PATIENCE } from '../../support/patience.ts';
import { memoryWorld, request, tickUntil } from '../../support/world.ts';
import { ADMIN } from '../support.ts';

const LINE = 'x'.repeat(60_000);
const LINES = 200;
const SETTINGS = readSettings({
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  SLUICE_WEB_PUBSUB: 'Endpoint=http://127.0.0.1:1;AccessKey=a2V5;Version=1.0;',
  SLUICE_ADMIN_TOKEN: ADMIN,
});

const lines = Array.from({ length: LINES }, () => ({ at: 0, text: LINE }));
let over = '';
let live = '';
const parts = memoryWorld({
  script: (id) =>
    over === '' || id === over
      ? { lines, endsAt: 1_000, exitCode: 0 }
      : { lines: lines.slice(0, 20), endsAt: 1e9, exitCode: 0 },
});
/** What is logged from here on. */
const warnings = () => {
  const from = parts.log.entries.length;
  return () =>
    parts.log.entries
      .slice(from)
      .flatMap(({ level, message }) => (level === 'warn' ? message : []));
};

/** What reading events from storage does: undefined lets it pass. */
let trouble: (() => Promise<never>) | undefined;
let lists = 0;
const list: Store['list'] = async (table, ...rest) => {
  if (table === 'runs') {
    lists += 1;
    if (lists > 2) await trouble?.();
  }
  return parts.store.list(table, ...rest);
};
const world = { ...parts.world, store: { ...parts.store, list } };

/** The most bytes of an answer that waited in memory for its client. */
let highest = 0;
subscribe('http.server.request.start', (message) => {
  const { request: forwarded, response } = message as {
    request: IncomingMessage;
    response: ServerResponse;
  };
  if (forwarded.headers['x-ms-invocation-id'] === undefined) return;
  highest = 0;
  const write = response.write.bind(response) as (chunk: unknown) => boolean;
  response.write = (chunk: unknown) => {
    const goOn = write(chunk);
    highest = Math.max(highest, response.writableLength);
    return goOn;
  };
});

const logged: HostLogLine[] = [];
let host: Host;

async function stateAfterTicks(lane: string, state: string): Promise<string> {
  const { run } = await submitRun(world, { domain: 'default', request: request({ lane }) });
  if (over === '') over = run.run_id;
  await tickUntil(
    world,
    parts.clock,
    async () => (await getRun(world, 'default', run.run_id)).state === state,
  );
  return run.run_id;
}

beforeAll(async () => {
  await checkSchema(world);
  await stateAfterTicks('over', 'succeeded');
  live = await stateAfterTicks('live', 'running');
  const shared = globalThis as unknown as Record<symbol, unknown>;
  shared[Symbol.for('host-test:service')] = createService(world, SETTINGS);
  const appDir = fileURLToPath(new URL('../../support/host/streams', import.meta.url));
  const log = (line: HostLogLine) => logged.push(line);
  const file = await readFile(new URL('../../../host.json', import.meta.url), 'utf8');
  const { http: limits } = (JSON.parse(file) as { extensions: { http: object } }).extensions;
  const settings = Object.fromEntries(
    Object.entries(limits).map(([name, value]) => [
      `AzureFunctionsJobHost__extensions__http__${name}`,
      String(value),
    ]),
  );
  host = await createHost({ appDir, settings, strict: 1, log });
});
afterAll(async () => host?.close({ drainMs: 100 }));
beforeEach(() => {
  [trouble, lists] = [undefined, 0];
});

function open(path: string, accept: string): Promise<IncomingMessage> {
  const headers = { accept, authorization: `Bearer ${ADMIN}` };
  return new Promise((resolve, reject) => {
    http.get(`${host.url}${path}`, { headers }, resolve).on('error', reject);
  });
}

const firstBytes = (answer: IncomingMessage): Promise<unknown> =>
  new Promise((resolve) => answer.once('data', resolve));

const ended = (): number =>
  logged.filter(({ message }) => message.startsWith("Executed 'Func")).length;

const STREAMS = [
  ['the log download', (id: string) => `/api/v1/runs/${id}/log`, '*/*'],
  ['the event stream', (id: string) => `/api/v1/runs/${id}/events`, 'text/event-stream'],
] as const;

describe.each(STREAMS)('%s', (_name, pathOf, accept) => {
  it('keeps little in memory for a slow client, who gets it all', async () => {
    const answer = await open(pathOf(over), accept);
    let bytes = 0;
    for await (const chunk of answer) bytes += (chunk as Buffer).length;
    expect(bytes).toBeGreaterThanOrEqual(LINES * (LINE.length + 1));
    expect(highest).toBeGreaterThan(ANSWER_BUFFER_BYTES / 2);
    expect(highest).toBeLessThan(ANSWER_BUFFER_BYTES + 2 * LOG_BATCH_BYTES_MAX);
  });

  it('breaks when its source fails half way: nobody waits, or takes the half for the whole', async () => {
    const warned = warnings();
    let goOn: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (goOn = resolve));
    trouble = () => begun.then(() => Promise.reject(new Error('storage is gone')));
    const answer = await open(pathOf(over), accept);
    expect(answer.statusCode).toBe(200);
    answer.once('data', goOn);
    await expect(answer.toArray()).rejects.toThrow('aborted');
    expect(warned()).toEqual([expect.stringMatching(/broke off$/)]);
  });

  it('ends when its client leaves, also while it waits for storage, and reads no more', async () => {
    const [before, warned] = [ended(), warnings()];
    let goOn: () => void = () => undefined;
    const stuck = new Promise<void>((resolve) => (goOn = resolve));
    trouble = () => stuck as Promise<never>;
    const answer = await open(pathOf(over), accept);
    answer.on('error', () => undefined);
    await firstBytes(answer);
    answer.destroy();
    await vi.waitFor(() => expect(ended()).toBe(before + 1), PATIENCE);
    const read = lists;
    goOn();
    trouble = undefined;
    await (await open(`/api/v1/runs/${live}`, '*/*')).toArray();
    expect(lists).toBe(read);
    expect(warned()).toEqual([]);
  });
});

it('the stream of a live run ends when its client leaves', async () => {
  const before = ended();
  const answer = await open(`/api/v1/runs/${live}/events?after=1`, 'text/event-stream');
  answer.on('error', () => undefined);
  await firstBytes(answer);
  answer.destroy();
  await vi.waitFor(async () => {
    await parts.clock.advance(250);
    expect(ended()).toBe(before + 1);
  }, PATIENCE);
});

it('many open streams keep no other request waiting, as far as host.json lets the host take them', async () => {
  const { last_seq } = await getRun(world, 'default', live);
  const path = `/api/v1/runs/${live}/events?after=${last_seq}`;
  const viewers = Array.from({ length: 250 }, () => open(path, 'text/event-stream'));
  const answers = await Promise.all(viewers);
  expect(answers.filter(({ statusCode }) => statusCode !== 200)).toEqual([]);
  expect((await open('/health/live', '*/*')).statusCode).toBe(200);
  for (const answer of answers) answer.on('error', () => undefined).destroy();
});
