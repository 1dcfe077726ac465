/** A page with a log viewer at `/ui`, and a server with the logs that it reads: `/api/v1/runs/<name>/events` and `/log`. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { build } from 'vite';
import { ROOT } from '../../../../src/build/build.ts';

type Line = {
  readonly message: string;
  readonly container?: string;
  readonly pod?: string;
  readonly part?: true;
};
/** An event of a log: lines, or anything else as it is. */
export type Told = readonly Line[] | { readonly type: string; readonly data: unknown };

const EPOCH = Date.UTC(2026, 10, 29, 12);

/** The event with this seq; its lines are a millisecond apart. */
export function eventOf(seq: number, told: Told) {
  const timestamp = new Date(EPOCH + seq * 1_000).toISOString();
  const envelope = { seq, run_id: 'run', timestamp };
  if ('type' in told) return { ...envelope, ...told };
  const lines = told.map(({ message, container = 'driver', pod = 'pod-1', part }, at) => ({
    timestamp: new Date(EPOCH + seq * 1_000 + at).toISOString().replace('Z', '000000Z'),
    message,
    pod,
    container,
    ...(part && { part }),
  }));
  return { ...envelope, type: 'log', data: { lines, count: lines.length } };
}

export type Log = {
  readonly events: Told[];
  /** Answers of this kind are given instead, so many times. */
  failures?: number;
  complete?: boolean;
};

export type LogSite = {
  readonly url: string;
  readonly logs: Map<string, Log>;
  /** Seqs after which events were asked for. */
  readonly asked: number[];
  close(): Promise<void>;
};

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; worker-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};
/** Events of one answer: 20,000 lines of a long log, or about 4 MiB. */
const PAGE_EVENTS = 20;

function events(log: Log, after: number, response: ServerResponse): void {
  const page = log.events.slice(after, after + PAGE_EVENTS);
  response.setHeader('content-type', 'application/json');
  const texts = page.map((told, at) => JSON.stringify(eventOf(after + at + 1, told)));
  response.end(
    `{"events":[${texts.join(',')}],"last_seq":${log.events.length},"complete":${log.complete ?? true}}`,
  );
}

function text(log: Log, container: string): string {
  return log.events
    .flatMap((told) => ('type' in told ? [] : told))
    .filter((line) => (line.container ?? 'driver') === container)
    .map(({ message, part }) => message + (part ? '' : '\n'))
    .join('');
}

export async function startLogSite(): Promise<LogSite> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-log-'));
  await build({
    configFile: join(ROOT, 'src/page/vite.config.ts'),
    root: join(ROOT, 'test/page/log/harness'),
    base: '/ui/',
    logLevel: 'warn',
    build: { outDir: folder },
  });
  const logs = new Map<string, Log>();
  const asked: number[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://site');
    const call = /^\/api\/v1\/runs\/([^/]+)\/(events|log)$/.exec(url.pathname);
    response.setHeader('content-security-policy', POLICY);
    if (!call) {
      const name = url.pathname.replace(/^\/ui\/?/, '') || 'index.html';
      readFile(join(folder, name)).then(
        (bytes) =>
          response.setHeader('content-type', TYPES[extname(name)] ?? 'text/plain').end(bytes),
        () => response.writeHead(404).end(),
      );
      return;
    }
    const log = logs.get(call[1] ?? '');
    if (!log || (log.failures ?? 0) > 0) {
      if (log) log.failures = (log.failures ?? 0) - 1;
      response.writeHead(log ? 500 : 404, { 'content-type': 'application/problem+json' });
      const code = log ? 'internal' : 'not_found';
      response.end(JSON.stringify({ title: code, code, status: 404, detail: 'It is not there.' }));
    } else if (call[2] === 'log') {
      response.setHeader('content-type', 'text/plain; charset=utf-8');
      response.end(text(log, url.searchParams.get('container') ?? 'driver'));
    } else {
      const after = Number(url.searchParams.get('after') ?? 0);
      asked.push(after);
      events(log, after, response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    logs,
    asked,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
