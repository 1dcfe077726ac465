/**
 * An emulator for Azure Web PubSub inside a process: the REST data plane and the client protocols
 * that @azure/web-pubsub and @azure/web-pubsub-client use, with the traffic limits of a unit. State
 * is in memory only. Not there: event handlers, OData filters, MQTT, streams, Entra tokens.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultPlan, type Faults } from './faults.ts';
import { serve } from './rest/rest.ts';
import type { Protocol } from './sockets/connection.ts';
import { Exchange, type Units } from './sockets/exchange.ts';
import { Sockets } from './sockets/sockets.ts';
import { Tokens } from './token.ts';

export type WebPubSubOptions = {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly hostname?: string;
  /** Random unless given. */
  readonly accessKey?: string;
  /** Units whose documented limits apply; 1 by default. */
  readonly units?: Units;
  /**
   * Publishes that overlap reach each client in an order of its own, as in a service of many machines.
   * Each takes some milliseconds longer then; off by default.
   */
  readonly reorder?: boolean;
  /** The service pings clients this often, and cuts one that missed a ping. 20,000 by default. */
  readonly pingMs?: number;
  /** A reliable connection can be recovered for this long. 30,000 by default. */
  readonly recoveryMs?: number;
  /** Bytes that may wait for all clients together; `HELD_BYTES_MAX` by default. */
  readonly heldBytesMax?: number;
};

type ConnectionView = {
  readonly connectionId: string;
  readonly hub: string;
  readonly userId: string | undefined;
  readonly protocol: Protocol;
  readonly groups: readonly string[];
  /** False while a reliable client is away and may still recover. */
  readonly open: boolean;
};

export type WebPubSub = {
  /** Has the shape of the official emulator's. */
  readonly connectionString: string;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly faults: Faults;
  connections(): readonly ConnectionView[];
  /** Closes all clients with 1001 and frees the port. */
  close(): Promise<void>;
};

/** Clients get this long to answer a close frame. */
const CLOSE_GRACE_MS = 1_000;

async function listen(server: Server, port: number, hostname: string): Promise<number> {
  server.listen(port, hostname);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function stopListening(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

const views = (exchange: Exchange): readonly ConnectionView[] =>
  [...exchange.connections()].map(({ id, hub, userId, protocol, groups, open }) => ({
    connectionId: id,
    hub,
    userId,
    protocol,
    groups: [...groups],
    open,
  }));

/** Starts an emulator; it listens when the promise resolves. Rejects when the port is taken. */
export async function createWebPubSub(options: WebPubSubOptions = {}): Promise<WebPubSub> {
  const { hostname = '127.0.0.1', units = 1, reorder = false } = options;
  if (units !== 'unlimited' && !(units > 0)) throw new RangeError('units must be above 0');
  const accessKey = options.accessKey ?? randomBytes(48).toString('base64url');
  const tokens = new Tokens(accessKey);
  const plan = new FaultPlan();
  const { heldBytesMax } = options;
  let exchange = new Exchange(units, reorder, heldBytesMax);
  const sockets = new Sockets({
    exchange: () => exchange,
    tokens,
    plan,
    recoveryMs: options.recoveryMs ?? 30_000,
    pingMs: options.pingMs ?? 20_000,
  });
  const server = createServer((request, response) => {
    void serve({ exchange, tokens, plan }, request, response);
  });
  server.on('upgrade', (request, socket, head) => void sockets.upgrade(request, socket, head));
  // Longer than clients keep an idle connection, so that none is reused while it is being closed.
  server.keepAliveTimeout = 65_000;
  const port = await listen(server, options.port ?? 0, hostname);
  const url = `http://${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
  return {
    connectionString: `Endpoint=${url};AccessKey=${accessKey};Version=1.0;`,
    url,
    connections: () => views(exchange),
    faults: {
      failNextPublishes: plan.failNextPublishes.bind(plan),
      losePublishes: plan.losePublishes.bind(plan),
      refuseNextConnections: plan.refuseNextConnections.bind(plan),
      delayPublishes(ms) {
        plan.delayMs = ms;
      },
      dropAllSockets() {
        for (const connection of exchange.connections()) connection.drop();
      },
      dropSocket(connectionId) {
        const found = [...exchange.connections()].find(({ id }) => id === connectionId);
        found?.drop();
        return found !== undefined;
      },
      async restart(downMs = 0) {
        exchange.crash();
        sockets.terminate();
        await stopListening(server);
        exchange = new Exchange(units, reorder, heldBytesMax);
        await sleep(downMs);
        await listen(server, port, hostname);
      },
    },
    async close() {
      exchange.endAll(1001, 'The service is shutting down.');
      await sockets.close(CLOSE_GRACE_MS);
      await stopListening(server);
    },
  };
}
