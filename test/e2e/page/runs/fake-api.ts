/** The page's files as built, before an API whose runs are made up: as many as a test wants, and in any trouble. */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { ROOT } from '../../../../src/build/build.ts';
import type { RunEvent, RunView } from '../../../../src/client/index.ts';
import { RUN_STATES } from '../../../../src/core/events/state.ts';
import { newRunId } from '../../../../src/core/names.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const MINUTE_MS = 60_000;
const SCANNED_MAX = 2_000;

/** Of these are the runs, each a minute older than the one before. */
export function madeRun(index: number, now: number, more: Partial<RunView> = {}): RunView {
  const created = now - index * MINUTE_MS;
  const state = index < 6 ? 'running' : (RUN_STATES[4 + (index % 3)] ?? 'failed');
  const over = index >= 6;
  const time = (ms: number): string => new Date(ms).toISOString();
  const run = {
    run_id: newRunId(created, Uint8Array.of(0, index >> 16, index >> 8, index)),
    domain: 'default',
    lane: index % 2 === 0 ? 'default' : 'gpu',
    kind: 'container',
    state,
    pipeline: ['align-reads', 'call-variants', 'hello'][index % 3],
    pipeline_version: 1,
    params: {},
    deadline_seconds: null,
    labels: index % 4 === 0 ? { team: 'genomics', sample: `S${index}` } : {},
    triggered_by: index % 5 === 0 ? 'ada' : 'schedule',
    priority: 0,
    queue_position: null,
    queue_position_at_least: null,
    attempt: 1,
    job_name: null,
    target: 'default',
    reachable: true,
    reason:
      state === 'failed'
        ? { code: 'exit_code', message: 'The driver ended with exit code 1.', retryable: false }
        : null,
    exit_code: over ? Number(state === 'failed') : null,
    progress: { completed: over ? 12 : 3, total: 12, percent: over ? 100 : 25 },
    created_at: time(created),
    started_at: time(created + 2_000),
    finished_at: over ? time(created + 50_000) : null,
    duration_seconds: over ? 48 : null,
    hold: null,
    last_seq: 3,
    unchecked_params: [],
    ...more,
  };
  return run as RunView;
}

export type Trouble = 'none' | 'error' | 'forbidden' | 'silent' | 'cut';

export class FakeApi {
  readonly runs: RunView[];
  trouble: Trouble = 'none';
  scopes: readonly string[] = ['admin'];
  /** Requests for the list, as query strings. */
  readonly asked: string[] = [];
  /** Ids of which a cancel is refused. */
  readonly protectedIds = new Set<string>();
  readonly #sockets = new Set<WebSocket>();
  url = '';

  constructor(runs: readonly RunView[]) {
    this.runs = [...runs];
  }

  publish(events: readonly RunEvent[]): void {
    const frame = { type: 'message', from: 'group', group: 'default', dataType: 'json' };
    for (const socket of this.#sockets) socket.send(JSON.stringify({ ...frame, data: { events } }));
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Changes a run, and tells of it. */
  change(runId: string, state: 'starting' | 'running' | 'cancelling'): void {
    const at = this.runs.findIndex((run) => run.run_id === runId);
    const before = this.runs[at];
    if (before === undefined) throw new Error(`There is no run ${runId}`);
    const run = { ...before, state, last_seq: before.last_seq + 1 };
    this.runs[at] = run;
    this.tell(run);
  }

  tell({ run_id, state, last_seq, created_at }: RunView): void {
    const data = { status: state, message: null, reason: null, job_name: null, attempt: 1 };
    this.publish([{ seq: last_seq, run_id, type: 'status', timestamp: created_at, data }]);
  }

  connect(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('message', (text: Buffer) => {
      const { ackId } = JSON.parse(text.toString()) as { ackId?: number };
      if (ackId !== undefined) socket.send(JSON.stringify({ type: 'ack', ackId, success: true }));
    });
    const connected = { type: 'system', event: 'connected', userId: 'u', connectionId: 'c' };
    socket.send(JSON.stringify(connected));
  }

  drop(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  list(query: URLSearchParams) {
    const states = query.getAll('state').flatMap((each) => each.split(','));
    const labels = query.getAll('label').map((each) => each.split('='));
    const equal = (name: 'lane' | 'pipeline', run: RunView): boolean =>
      !query.has(name) || query.get(name) === run[name];
    const since = query.get('since') ?? '';
    const runs: RunView[] = [];
    const begin = Number(query.get('cursor') ?? 0);
    const limit = Number(query.get('limit') ?? 50);
    let at = begin;
    for (; at < this.runs.length && runs.length < limit && at - begin < SCANNED_MAX; at += 1) {
      const run = this.runs[at];
      if (run === undefined || run.created_at < since) break;
      const fits =
        (states.length === 0 || states.includes(run.state)) &&
        equal('lane', run) &&
        equal('pipeline', run) &&
        (query.get('triggered_by') ?? run.triggered_by) === run.triggered_by &&
        run.pipeline.includes(query.get('search') ?? '') &&
        labels.every(([name = '', value]) => run.labels[name] === value);
      if (fits) runs.push(run);
    }
    const isEnd = at >= this.runs.length || (this.runs[at]?.created_at ?? '') < since;
    const scanned = this.runs[at - 1]?.created_at ?? null;
    return {
      runs,
      next_cursor: isEnd ? null : String(at),
      scanned_until: isEnd ? null : scanned,
    };
  }

  answer(path: string, query: URLSearchParams): unknown {
    const caller = { id: 'token', kind: 'token', name: 'ada', domain: 'default', root: false };
    if (path === '/auth') return { sign_in: null };
    if (path === '/whoami') return { ...caller, scopes: this.scopes, expires_at: null };
    if (path === '/negotiate') {
      const url = `${this.url.replace('http', 'ws')}/client/hubs/live`;
      return { url, groups: ['default'], expires_at: '2100-01-01T00:00:00Z' };
    }
    if (path === '/runs') return this.list(query);
    const [, id, verb] = /^\/runs\/(\w+)(\/cancel)?$/.exec(path) ?? [];
    if (verb === undefined) return this.runs.find(({ run_id }) => run_id === id);
    if (id === undefined || this.protectedIds.has(id)) return undefined;
    this.change(id, 'cancelling');
    return this.runs.find(({ run_id }) => run_id === id);
  }
}

function refuse(response: ServerResponse, status: number, code: string, detail: string): void {
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ code, status, title: code, detail }));
}

function answerApi(api: FakeApi, url: URL, response: ServerResponse): void {
  const path = url.pathname.replace('/api/v1', '');
  if (path === '/runs') api.asked.push(url.search);
  const isList = path.startsWith('/runs') || path === '/negotiate';
  if (api.trouble === 'cut') response.destroy();
  else if (isList && api.trouble === 'error')
    refuse(response, 500, 'internal', 'The store does not answer.');
  else if (isList && api.trouble === 'forbidden')
    refuse(response, 403, 'forbidden', 'The token has not the scope read.');
  else if (path === '/runs' && api.trouble === 'silent') return;
  else {
    const answer = api.answer(path, url.searchParams);
    if (answer === undefined) {
      refuse(response, 403, 'forbidden', 'This run may not be cancelled by you.');
      return;
    }
    const isText = typeof answer === 'string';
    response.writeHead(200, { 'content-type': isText ? 'text/plain' : 'application/json' });
    response.end(isText ? answer : JSON.stringify(answer));
  }
}

async function answerFile(url: URL, origin: string, response: ServerResponse): Promise<void> {
  const name = extname(url.pathname) === '' ? '/index.html' : url.pathname.replace(/^\/ui/, '');
  const bytes = await readFile(join(ROOT, 'dist', 'page', name)).catch(() => undefined);
  if (bytes === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
    'content-encoding': 'gzip',
    'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; worker-src 'self'; connect-src 'self' ${origin.replace('http', 'ws')}`,
  });
  response.end(gzipSync(bytes));
}

/** Serves until the test is over. */
export async function serveFake<Api extends FakeApi>(api: Api): Promise<Api> {
  const server = createServer((request: IncomingMessage, response) => {
    const url = new URL(request.url ?? '', api.url);
    if (url.pathname.startsWith('/api/')) answerApi(api, url, response);
    else void answerFile(url, api.url, response);
  });
  const sockets = new WebSocketServer({
    server,
    handleProtocols: (protocols) => protocols.values().next().value ?? false,
  });
  sockets.on('connection', (socket) => {
    if (api.trouble === 'cut') socket.terminate();
    else api.connect(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  api.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(async () => {
    api.drop();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  return api;
}

export const startFake = (runs: readonly RunView[]): Promise<FakeApi> =>
  serveFake(new FakeApi(runs));
