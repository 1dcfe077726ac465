import { SignJWT } from 'jose';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { WebPubSub } from '../../../src/emulators/web-pubsub/service.ts';
import { PATIENCE } from '../../support/patience.ts';
import {
  clientUrl,
  connectedFrame,
  GROUP,
  HUB,
  JSON_V1,
  openSocket,
  restClient,
  sdkMember,
  start,
} from './support.ts';

const KEY = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH';

/** A REST request without the SDK. */
async function request(
  service: WebPubSub,
  method: string,
  path: string,
  options: { audience?: string; key?: string; alg?: string; body?: string; type?: string } = {},
): Promise<Response> {
  const url = `${service.url}/api/hubs/${HUB}${path}`;
  const token = await new SignJWT()
    .setProtectedHeader({ alg: options.alg ?? 'HS256' })
    .setAudience(options.audience ?? url)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(options.key ?? KEY));
  return await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(options.type === undefined ? {} : { 'content-type': options.type }),
    },
    ...(options.body === undefined ? {} : { body: options.body }),
  });
}

const started = () => start({ accessKey: KEY });

async function refused(call: Promise<unknown>): Promise<number | undefined> {
  const error = await call.then(
    () => expect.fail('was not refused'),
    (error: unknown) => error as { statusCode?: number },
  );
  return error.statusCode;
}

describe('the operations answer as the service SDK expects', () => {
  test('every send is accepted, also to nobody', async () => {
    const client = restClient(await started());
    await client.sendToAll({ a: 1 });
    await client.group(GROUP).sendToAll({ a: 1 }, { messageTtlSeconds: 10 });
    await client.sendToUser('ann', 'text', { contentType: 'text/plain' });
    await client.sendToConnection('none', new Uint8Array([1, 2]).buffer);
  });

  test('existence is 200 or 404', async () => {
    const service = await started();
    const client = restClient(service);
    const member = await sdkMember(service, 'json', { userId: 'ann', groups: [GROUP] });
    expect(await client.connectionExists(member.connectionId())).toBe(true);
    expect(await client.userExists('ann')).toBe(true);
    expect(await client.groupExists(GROUP)).toBe(true);
    expect(await client.connectionExists('none')).toBe(false);
    expect(await client.userExists('bob')).toBe(false);
    expect(await client.groupExists('empty')).toBe(false);
    expect(await restClient(service, HUB.toUpperCase()).userExists('ann')).toBe(true);
  });

  test('membership changes of a connection take effect', async () => {
    const service = await started();
    const client = restClient(service);
    const member = await sdkMember(service, 'json', { userId: 'ann' });
    const groups = () => service.connections()[0]?.groups;
    await client.group('a').addConnection(member.connectionId());
    await client.group('b').addConnection(member.connectionId());
    expect(groups()).toEqual(['a', 'b']);
    await client.group('a').removeConnection(member.connectionId());
    expect(groups()).toEqual(['b']);
    await client.removeUserFromAllGroups('ann');
    expect(groups()).toEqual([]);
    await client.group('a').addConnection(member.connectionId());
    await client.removeConnectionFromAllGroups(member.connectionId());
    expect(groups()).toEqual([]);
    await client.group('a').removeConnection('none');
    expect(await refused(client.group('a').addConnection('none'))).toBe(404);
  });

  test('permissions can be granted and revoked', async () => {
    const service = await started();
    const client = restClient(service);
    const member = await sdkMember(service, 'json');
    const id = member.connectionId();
    await expect(member.client.joinGroup('a')).rejects.toThrow();
    await client.grantPermission(id, 'joinLeaveGroup', { targetName: 'a' });
    await member.client.joinGroup('a');
    await expect(member.client.joinGroup('b')).rejects.toThrow();
    await client.revokePermission(id, 'joinLeaveGroup', { targetName: 'a' });
    await expect(member.client.leaveGroup('a')).rejects.toThrow();
    await client.revokePermission('none', 'joinLeaveGroup', { targetName: 'a' });
    expect(await refused(client.grantPermission('none', 'joinLeaveGroup'))).toBe(404);
  });

  test('closing connections by id and by user spares all others', async () => {
    const service = await started();
    const client = restClient(service);
    const open = async (userId: string) => {
      const url = await clientUrl(service, { userId, groups: [GROUP] });
      const socket = await openSocket(url, JSON_V1);
      return { ...socket, id: String((await connectedFrame(socket))['connectionId']) };
    };
    const [one, two, three] = [await open('a'), await open('b'), await open('c')];
    await client.closeConnection(one.id, { reason: 'enough' });
    expect(await one.closed).toBe(1000);
    expect(JSON.parse(one.frames.at(-1) ?? '')).toEqual({
      type: 'system',
      event: 'disconnected',
      message: 'Application server closed the connection. Reason: enough',
    });
    expect(await one.reason).toBe('');
    await client.closeUserConnections('b');
    expect(await two.closed).toBe(1000);
    expect(two.frames.at(-1)).toContain('"Application server closed the connection."');
    expect(service.connections().map((view) => view.connectionId)).toEqual([three.id]);
    await client.closeConnection(one.id);
  });

  test('members of a group are listed page by page, up to top', async () => {
    const service = await started();
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      const url = await clientUrl(service, { groups: [GROUP], userId: `u${index}` });
      ids.push(String((await connectedFrame(await openSocket(url, JSON_V1)))['connectionId']));
    }
    const pages = async (options: { maxPageSize?: number; top?: number }) => {
      const sizes: number[] = [];
      const seen: string[] = [];
      const list = await restClient(service).group(GROUP).listConnections(options);
      for await (const page of list.byPage()) {
        sizes.push(page.length);
        seen.push(...page.map((member) => member.connectionId));
      }
      return { sizes, seen };
    };
    const all = await pages({ maxPageSize: 3 });
    expect(all.sizes).toEqual([3, 3, 1]);
    expect(all.seen.toSorted()).toEqual(ids.toSorted());
    expect((await pages({ maxPageSize: 3, top: 5 })).sizes).toEqual([3, 2]);
    expect((await pages({})).sizes).toEqual([7]);
  });

  test('a member without a user has null for one', async () => {
    const service = await started();
    await connectedFrame(await openSocket(await clientUrl(service, { groups: [GROUP] }), JSON_V1));
    const members = await (await request(service, 'GET', `/groups/${GROUP}/connections`)).json();
    expect(members).toMatchObject({ value: [{ userId: null }] });
  });

  test('health needs no token', async () => {
    const service = await started();
    expect((await fetch(`${service.url}/api/health`, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('requests are refused', () => {
  test('with 401 for a wrong key, a wrong address or another algorithm', async () => {
    const service = await started();
    const path = '/:send?api-version=2024-12-01';
    const send = { body: '{}', type: 'application/json' };
    const url = `${service.url}/api/hubs/${HUB}`;
    const status = async (options: Parameters<typeof request>[3]) =>
      (await request(service, 'POST', path, { ...send, ...options })).status;
    expect(await status({})).toBe(202);
    expect(await status({ audience: `${url}/:send` })).toBe(202);
    expect(await status({ audience: `${url}/groups/a/:send` })).toBe(401);
    expect(await status({ audience: `${url}/:send?api-version=other` })).toBe(401);
    expect(await status({ key: KEY.toLowerCase() })).toBe(401);
    expect(await status({ alg: 'HS512' })).toBe(401);
    expect((await fetch(`${url}${path}`, { method: 'POST' })).status).toBe(401);
  });

  test('with a flat body and its code in a header', async () => {
    const service = await started();
    const response = await request(service, 'POST', '/:send?filter=userId%20eq%20null', {
      body: '{}',
      type: 'application/json',
    });
    expect(response.status).toBe(400);
    expect(response.headers.get('x-ms-error-code')).toBe('Error.BadRequest');
    expect(await response.json()).toEqual({
      code: 'Error.BadRequest',
      message: 'A filter is not supported by the emulator.',
      target: null,
      details: [],
      inner: null,
    });
    expect(await refused(restClient(service).sendToAll({}, { filter: 'userId eq null' }))).toBe(
      400,
    );
  });

  test.each([
    ['a body that is not JSON', '/:send', '{', 'application/json', 400],
    ['a time to live over 300 s', '/:send?messageTtlSeconds=301', '{}', 'application/json', 400],
    ['an unknown content type', '/:send', '<a/>', 'application/xml', 415],
    ['a body over 1 MB', '/:send', 'x'.repeat(1024 * 1024 + 1), 'text/plain', 413],
    ['a body of 8 MB', '/:send', 'x'.repeat(8 * 1024 * 1024), 'text/plain', 413],
    ['an unknown operation', '/:shout', '{}', 'application/json', 404],
    ['a token to be made, although the key signs them', '/:generateToken', '', 'text/plain', 401],
    ['an unknown api-version', '/:send?api-version=2020-01-01', '{}', 'application/json', 400],
  ])('for %s', async (_, path, body, type, status) => {
    const service = await started();
    expect((await request(service, 'POST', path, { body, type })).status).toBe(status);
  });

  test.each([
    ['HEAD', '/users/none', 'Warning.User.NotExisted'],
    ['HEAD', '/groups/none', 'Warning.Group.NotExisted'],
    ['HEAD', '/connections/none', 'Error.Connection.NotExisted'],
    ['PUT', '/groups/a/connections/none', 'Error.Connection.NotExisted'],
  ])('with 404 for what is not there: %s %s', async (method, path, code) => {
    const answer = await request(await started(), method, path);
    expect([answer.status, answer.headers.get('x-ms-error-code')]).toEqual([404, code]);
  });

  test('for a blank group, a bad permission and a page size over 200', async () => {
    const service = await started();
    const get = async (path: string) => (await request(service, 'GET', path)).status;
    expect(await get('/groups/%20/connections')).toBe(400);
    expect(await get('/groups/a/connections?maxpagesize=201')).toBe(400);
    expect(await get('/groups/%zz/connections')).toBe(400);
    expect((await request(service, 'PUT', '/permissions/fly/connections/c')).status).toBe(404);
  });
});

test('a payload arrives as what it was sent as', async () => {
  const service = await started();
  const client = restClient(service);
  const member = await sdkMember(service, 'reliable', { groups: [GROUP] });
  const direct: unknown[] = [];
  member.client.on('server-message', ({ message }) => void direct.push(message.data));
  const raw = await openSocket(await clientUrl(service, { groups: [GROUP] }));
  onTestFinished(() => raw.socket.terminate());
  const group = client.group(GROUP);
  await group.sendToAll({ line: 'ä', n: [1] });
  await group.sendToAll('plain "text"', { contentType: 'text/plain' });
  await group.sendToAll(new TextEncoder().encode('bytes').buffer);
  await client.sendToConnection(member.connectionId(), 'a JSON string');
  await vi.waitUntil(() => member.received.length === 3 && direct.length === 1, PATIENCE);
  expect(member.received.slice(0, 2)).toEqual([{ line: 'ä', n: [1] }, 'plain "text"']);
  expect(Buffer.from(member.received[2] as ArrayBuffer).toString()).toBe('bytes');
  expect(direct).toEqual(['a JSON string']);
  await vi.waitUntil(() => raw.frames.length === 3, PATIENCE);
  expect(raw.frames).toEqual(['{"line":"ä","n":[1]}', 'plain "text"', 'bytes']);
});
