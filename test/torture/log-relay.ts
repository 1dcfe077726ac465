/** A way to an API server on which log streams break: what passes is not changed, only cut off. */
import {
  createServer,
  type IncomingMessage,
  request as plain,
  type ServerResponse,
} from 'node:http';
import { request as secure } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/**
 * `end`: the answer is complete, as when a container has ended. `fin`: the connection closes in the
 * middle of the answer. `reset`: it breaks. `freeze`: nothing passes any more, and nobody says so.
 */
export type Cut = 'end' | 'fin' | 'reset' | 'freeze';

/** A log stream that is open. */
type Stream = {
  readonly path: string;
  readonly up: IncomingMessage;
  readonly down: ServerResponse;
  readonly socket: Socket;
  /** Bytes of this stream that have passed. */
  passed: number;
};

export type LogRelay = {
  readonly url: string;
  /** Streams of this run's log that are open and have brought something. */
  flowing(runId: string): number;
  /** Cuts all of them; how many they were. */
  cut(runId: string, how: Cut): number;
  /** From now on a log stream, or any watch too, freezes when nothing passes on it for so long. */
  freezeAfter(ms: number, what: 'logs' | 'logs and watches'): void;
  readonly frozen: number;
  close(): Promise<void>;
};

const LOG = /\/pods\/[^/]+\/log\?.*\bfollow=true/;
const LOG_OR_WATCH = /\?.*\b(?:follow|watch)=(?:true|1)\b/;

/** Through here `server` is plain HTTP on loopback; credentials pass as they are. */
export async function startLogRelay(server: string, ca: string | undefined): Promise<LogRelay> {
  const { protocol, hostname, port } = new URL(server);
  const streams = new Set<Stream>();
  const sockets = new Set<Socket>();
  let idleMs = 0;
  let freezing = LOG;
  let frozen = 0;
  const ask = protocol === 'https:' ? secure : plain;

  const freeze = (stream: Stream): void => {
    streams.delete(stream);
    frozen += 1;
    stream.up.unpipe(stream.down);
    stream.up.pause();
  };

  function relayStream(
    path: string,
    up: IncomingMessage,
    down: ServerResponse,
    socket: Socket,
  ): void {
    const stream: Stream = { path, up, down, socket, passed: 0 };
    streams.add(stream);
    let timer: NodeJS.Timeout | undefined;
    const rearm = (): void => {
      clearTimeout(timer);
      if (idleMs > 0 && freezing.test(path)) timer = setTimeout(() => freeze(stream), idleMs);
    };
    up.on('data', (chunk: Buffer) => {
      stream.passed += chunk.length;
      rearm();
    });
    rearm();
    down.on('close', () => {
      clearTimeout(timer);
      streams.delete(stream);
      up.destroy();
    });
  }

  const http = createServer((incoming, outgoing) => {
    const { method, url = '', headers } = incoming;
    const options = { hostname, port, method, path: url, headers: { ...headers, host: hostname } };
    const forwarded = ask({ ...options, ...(ca && { ca }) }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      if (LOG_OR_WATCH.test(url)) relayStream(url, answer, outgoing, incoming.socket);
      answer.on('error', () => incoming.socket.destroy());
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => incoming.socket.destroy());
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));

  const flowing = (runId: string): Stream[] =>
    [...streams].filter((stream) => stream.passed > 0 && stream.path.includes(`/pods/${runId}-`));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    flowing: (runId) => flowing(runId).length,
    cut(runId, how) {
      const hit = flowing(runId);
      for (const stream of hit) {
        if (how === 'freeze') freeze(stream);
        else if (how === 'reset') stream.socket.resetAndDestroy();
        else if (how === 'fin') stream.socket.destroySoon();
        else {
          stream.up.unpipe(stream.down);
          stream.down.end();
        }
        streams.delete(stream);
      }
      return hit.length;
    },
    freezeAfter(ms, what) {
      idleMs = ms;
      freezing = what === 'logs' ? LOG : LOG_OR_WATCH;
    },
    get frozen() {
      return frozen;
    },
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
