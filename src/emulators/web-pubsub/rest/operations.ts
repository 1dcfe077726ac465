/** The operations of the REST data plane: method, path, and what each does. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createMessage, type DataType, type Source } from '../message.ts';
import type { Action } from '../permissions.ts';
import { GroupName } from '../sockets/client-frames.ts';
import type { Connection } from '../sockets/connection.ts';
import { type Call, Refusal, type Reply } from './call.ts';

type Operation = {
  readonly method: string;
  readonly path: RegExp;
  readonly run: (call: Call) => Reply | Promise<Reply>;
};

const PAGE_MAX = 200;

const DATA_TYPES: Readonly<Record<string, DataType>> = {
  'application/json': 'json',
  'text/plain': 'text',
  'application/octet-stream': 'binary',
};

function operation(
  method: string,
  template: string,
  run: (call: Call) => Reply | Promise<Reply>,
): Operation {
  const pattern = template.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return { method, path: new RegExp(`^/api/hubs/(?<hub>[^/]+)${pattern}$`), run };
}

/** A path parameter that the route guarantees. */
const param = (call: Call, name: string): string => call.params[name] ?? '';

function group(call: Call): string {
  const name = GroupName.safeParse(call.params['group']);
  if (!name.success) throw new Refusal(400, 'The group name is invalid.');
  return name.data;
}

function action(call: Call): Action {
  const name = param(call, 'permission');
  if (name !== 'joinLeaveGroup' && name !== 'sendToGroup') {
    throw new Refusal(400, 'The permission is neither joinLeaveGroup nor sendToGroup.');
  }
  return name;
}

function connection(call: Call): Connection {
  const found = call.hub.connections.get(param(call, 'connection'));
  if (found === undefined) throw absent('Error.Connection');
  return found;
}

/** The service's codes for what is not there. */
const absent = (what: 'Error.Connection' | 'Warning.Group' | 'Warning.User'): Refusal =>
  new Refusal(404, `The ${what.replace(/.*\./, '').toLowerCase()} does not exist.`, {
    code: `${what}.NotExisted`,
  });

function integer(call: Call, name: string, min: number, max: number): number | undefined {
  const text = call.query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new Refusal(400, `${name} must be an integer from ${min} to ${max}.`);
  }
  return value;
}

const done = (status: number): Reply => ({ status });

function exists(found: boolean, what: Parameters<typeof absent>[0]): Reply {
  if (!found) throw absent(what);
  return done(200);
}

/** The message of a `:send`, checked as a whole before anybody receives anything. */
function readMessage(call: Call, source: Source) {
  if ((call.query.get('filter') ?? '') !== '') {
    throw new Refusal(400, 'A filter is not supported by the emulator.');
  }
  const ttlSeconds = integer(call, 'messageTtlSeconds', 0, 300);
  const dataType = DATA_TYPES[call.contentType];
  if (dataType === undefined) {
    throw new Refusal(415, 'Content-Type is not one of JSON, plain text, octet stream.');
  }
  if (dataType === 'json') {
    try {
      JSON.parse(call.body.toString());
    } catch {
      throw new Refusal(400, 'The body is not JSON.');
    }
  }
  const expiresAt = ttlSeconds ? Date.now() + ttlSeconds * 1_000 : undefined;
  return createMessage(source, dataType, call.body, expiresAt);
}

async function send(
  call: Call,
  target: string,
  source: Source,
  receivers: () => ReadonlyMap<string, Connection>,
): Promise<Reply> {
  const { plan } = call;
  const message = readMessage(call, source);
  if (plan.delayMs > 0) await sleep(plan.delayMs);
  const failure = plan.takeFailure();
  const lost = plan.loses({ target, body: call.body });
  if (!lost && failure?.delivered !== false) {
    const excluded = new Set(call.query.getAll('excluded'));
    const verdict = call.exchange.publish(receivers, message, excluded, true);
    if (!verdict.ok) {
      throw new Refusal(429, 'The traffic of the units is used up.', {
        headers: { 'retry-after': String(verdict.retryAfterSeconds) },
      });
    }
    await verdict.delivered;
  }
  if (failure !== undefined) throw new Refusal(failure.status, 'A failure was asked for.');
  return done(202);
}

const only = (call: Call, id: string): ReadonlyMap<string, Connection> => {
  const found = call.hub.connections.get(id);
  return new Map(found === undefined ? [] : [[id, found]]);
};

function closeAll(call: Call, connections: ReadonlyMap<string, Connection>): Reply {
  for (const each of connections.values()) {
    each.endByServer(call.query.get('reason') ?? '');
  }
  return done(204);
}

function list(call: Call): Reply {
  const size = integer(call, 'maxpagesize', 1, PAGE_MAX) ?? PAGE_MAX;
  const top = integer(call, 'top', 1, 2 ** 31 - 1) ?? Number.POSITIVE_INFINITY;
  const after = Buffer.from(call.query.get('continuationToken') ?? '', 'base64url').toString();
  const rest = [...call.hub.group(group(call)).values()]
    .filter(({ id }) => id > after)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const page = rest.slice(0, Math.min(size, top));
  const value = page.map(({ id, userId }) => ({ connectionId: id, userId: userId ?? null }));
  const last = page.at(-1);
  if (last === undefined || page.length === rest.length || page.length >= top) {
    return { status: 200, body: { value } };
  }
  const query = new URLSearchParams(call.query);
  query.set('continuationToken', Buffer.from(last.id).toString('base64url'));
  if (Number.isFinite(top)) query.set('top', String(top - page.length));
  return { status: 200, body: { value, nextLink: `${call.address}?${query.toString()}` } };
}

/** Changes one connection. One that is not there is a success. */
function forOne(call: Call, change: (connection: Connection) => void): Reply {
  const found = call.hub.connections.get(param(call, 'connection'));
  if (found !== undefined) change(found);
  return done(204);
}

const targetName = (call: Call): string | undefined => call.query.get('targetName') ?? undefined;

export const OPERATIONS: readonly Operation[] = [
  operation('POST', '/:send', (call) => send(call, '', 'server', () => call.hub.connections)),
  operation('POST', '/groups/{group}/:send', (call) => {
    const name = group(call);
    const source = { group: name, fromUserId: null };
    return send(call, `groups/${name}`, source, () => call.hub.group(name));
  }),
  operation('POST', '/users/{user}/:send', (call) => {
    const name = param(call, 'user');
    return send(call, `users/${name}`, 'server', () => call.hub.user(name));
  }),
  operation('POST', '/connections/{connection}/:send', (call) => {
    const id = param(call, 'connection');
    return send(call, `connections/${id}`, 'server', () => only(call, id));
  }),
  operation('POST', '/users/{user}/:closeConnections', (call) =>
    closeAll(call, call.hub.user(param(call, 'user'))),
  ),
  operation('DELETE', '/connections/{connection}', (call) =>
    closeAll(call, only(call, param(call, 'connection'))),
  ),
  operation('HEAD', '/connections/{connection}', (call) =>
    exists(call.hub.connections.has(param(call, 'connection')), 'Error.Connection'),
  ),
  operation('HEAD', '/groups/{group}', (call) =>
    exists(call.hub.group(group(call)).size > 0, 'Warning.Group'),
  ),
  operation('HEAD', '/users/{user}', (call) =>
    exists(call.hub.user(param(call, 'user')).size > 0, 'Warning.User'),
  ),
  operation('GET', '/groups/{group}/connections', list),
  operation('PUT', '/groups/{group}/connections/{connection}', (call) => {
    call.hub.join(connection(call), group(call));
    return done(200);
  }),
  operation('DELETE', '/groups/{group}/connections/{connection}', (call) =>
    forOne(call, (each) => call.hub.leave(each, group(call))),
  ),
  operation('DELETE', '/connections/{connection}/groups', (call) =>
    forOne(call, (each) => call.hub.leaveAll(each)),
  ),
  operation('DELETE', '/users/{user}/groups', (call) => {
    for (const each of call.hub.user(param(call, 'user')).values()) call.hub.leaveAll(each);
    return done(204);
  }),
  operation('PUT', '/permissions/{permission}/connections/{connection}', (call) => {
    connection(call).permissions.grant(action(call), targetName(call));
    return done(200);
  }),
  operation('DELETE', '/permissions/{permission}/connections/{connection}', (call) =>
    forOne(call, (each) => each.permissions.revoke(action(call), targetName(call))),
  ),
  operation('POST', '/:generateToken', () => {
    throw new Refusal(401, 'Sign tokens with the access key; the emulator takes no Entra token.');
  }),
];
