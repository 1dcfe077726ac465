/**
 * What clients of the JSON subprotocols may send, and what it does.
 * Source: learn.microsoft.com/azure/azure-web-pubsub/reference-json-webpubsub-subprotocol and
 * reference-json-reliable-webpubsub-subprotocol.
 */
import { z } from 'zod';
import { GROUP_CHARS_MAX, GROUPS_MAX } from '../limits.ts';
import { createMessage, type DataType } from '../message.ts';
import type { Connection } from './connection.ts';
import type { Exchange } from './exchange.ts';

/** Characters that are not all blank. */
export const GroupName = z
  .string()
  .max(GROUP_CHARS_MAX)
  .refine((name) => name.trim() !== '');

const ackId = z.number().int().nonnegative().optional();
const dataType = z.enum(['json', 'text', 'binary']);

const ClientFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('joinGroup'), group: GroupName, ackId }),
  z.object({ type: z.literal('leaveGroup'), group: GroupName, ackId }),
  z.object({
    type: z.literal('sendToGroup'),
    group: GroupName,
    dataType,
    data: z.unknown(),
    noEcho: z.boolean().optional(),
    ttlSeconds: z.number().int().min(0).max(300).optional(),
    ackId,
  }),
  z.object({ type: z.literal('event'), event: z.string(), ackId }),
  z.object({ type: z.literal('sequenceAck'), sequenceId: z.number().int().nonnegative() }),
  z.object({ type: z.literal('ping') }),
]);
type ClientFrame = z.infer<typeof ClientFrame>;

/** Undefined: done. */
type Failure = { readonly name: string; readonly message: string } | undefined;

const forbidden = (group: string): Failure => ({
  name: 'Forbidden',
  message: `The client does not have permission for the group '${group}'.`,
});

const NO_HANDLER: Failure = {
  name: 'InternalServerError',
  message: 'No event handler is configured: the emulator has no upstream.',
};

/** Bytes of a client's data field; undefined when it does not fit its data type. */
function payload(type: DataType, data: unknown): Buffer | undefined {
  if (type === 'json') return data === undefined ? undefined : Buffer.from(JSON.stringify(data));
  if (typeof data !== 'string') return undefined;
  return Buffer.from(data, type === 'binary' ? 'base64' : 'utf8');
}

function sendToGroup(
  exchange: Exchange,
  connection: Connection,
  frame: Extract<ClientFrame, { type: 'sendToGroup' }>,
): Failure {
  if (!connection.permissions.may('sendToGroup', frame.group)) return forbidden(frame.group);
  const data = payload(frame.dataType, frame.data);
  if (data === undefined) {
    return { name: 'BadRequest', message: `data is not of dataType ${frame.dataType}.` };
  }
  const { userId } = connection;
  const message = createMessage(
    { group: frame.group, fromUserId: userId ?? null },
    frame.dataType,
    data,
    frame.ttlSeconds ? Date.now() + frame.ttlSeconds * 1_000 : undefined,
  );
  const hub = exchange.hub(connection.hub);
  const verdict = exchange.publish(
    () => hub.group(frame.group),
    message,
    new Set(frame.noEcho === true ? [connection.id] : []),
    // A client's frames are carried out one after the other.
    false,
  );
  return verdict.ok
    ? undefined
    : { name: 'InternalServerError', message: 'The traffic of the units is used up.' };
}

function carryOut(
  exchange: Exchange,
  connection: Connection,
  frame: Exclude<ClientFrame, { type: 'ping' | 'sequenceAck' }>,
): Failure {
  if (frame.type === 'event') return NO_HANDLER;
  if (frame.type === 'sendToGroup') return sendToGroup(exchange, connection, frame);
  if (!connection.permissions.may('joinLeaveGroup', frame.group)) return forbidden(frame.group);
  const hub = exchange.hub(connection.hub);
  if (frame.type === 'leaveGroup') hub.leave(connection, frame.group);
  else if (connection.groups.has(frame.group) || connection.groups.size < GROUPS_MAX)
    hub.join(connection, frame.group);
  else return { name: 'BadRequest', message: `A connection is in ${GROUPS_MAX} groups at most.` };
  return undefined;
}

function answer(exchange: Exchange, connection: Connection, frame: ClientFrame): void {
  if (frame.type === 'ping') connection.control({ type: 'pong' });
  else if (frame.type === 'sequenceAck') connection.acknowledge(frame.sequenceId);
  else if (frame.ackId === undefined) carryOut(exchange, connection, frame);
  else if (connection.isDuplicate(frame.ackId)) {
    const error = { name: 'Duplicate', message: `ackId ${frame.ackId} was used before.` };
    connection.control({ type: 'ack', ackId: frame.ackId, success: false, error });
  } else {
    const error = carryOut(exchange, connection, frame);
    if (error === undefined) connection.rememberAck(frame.ackId);
    const result = error === undefined ? { success: true } : { success: false, error };
    connection.control({ type: 'ack', ackId: frame.ackId, ...result });
  }
}

const WithAckId = z.object({ ackId: z.number() });

/** One WebSocket message from a client. */
export function receive(
  exchange: Exchange,
  connection: Connection,
  data: Buffer,
  binary: boolean,
): void {
  if (connection.protocol === 'raw') {
    // A bare frame is a user event, and an event that reaches no handler ends the connection.
    connection.end(1011, 'No event handler is configured.');
    return;
  }
  if (binary) {
    connection.end(1003, 'The subprotocol takes text frames only.');
    return;
  }
  let json: unknown;
  try {
    json = JSON.parse(data.toString());
  } catch {
    connection.end(1007, 'The frame is not JSON.');
    return;
  }
  const frame = ClientFrame.safeParse(json);
  if (frame.success) {
    answer(exchange, connection, frame.data);
    return;
  }
  const asking = WithAckId.safeParse(json);
  if (asking.success) {
    const error = { name: 'BadRequest', message: z.prettifyError(frame.error) };
    connection.control({ type: 'ack', ackId: asking.data.ackId, success: false, error });
  }
}
