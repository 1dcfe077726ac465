import type { TypedData } from '../contract.ts';
import type { QueueMessage } from './queue-source.ts';

/** Base64 with its padding, as .NET's Convert.FromBase64String demands it (white space may occur). */
const BASE64 = /^(?:[a-z0-9+/]{4})*(?:[a-z0-9+/]{2}==|[a-z0-9+/]{3}=)?$/i;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text in a message's body, or undefined when the body is not UTF-8 in that encoding. */
export function decodeMessage(body: string, encoding: 'base64' | 'none'): string | undefined {
  if (encoding === 'none') {
    return body;
  }
  const compact = body.replaceAll(/\s/g, '');
  if (!BASE64.test(compact)) {
    return undefined;
  }
  try {
    return UTF8.decode(Buffer.from(compact, 'base64'));
  } catch {
    return undefined;
  }
}

/** The members of a message that is a JSON object, each as a value of its own. */
function membersOf(text: string): Record<string, TypedData> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {};
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]): [string, TypedData] => [
      name,
      typeof member === 'string' ? { string: member } : { json: JSON.stringify(member) },
    ]),
  );
}

/** What the function sees as `context.triggerMetadata`, with the first letter in lower case. */
export function queueMetadata(message: QueueMessage, text: string): Record<string, TypedData> {
  const time = (date: Date): TypedData => ({ json: JSON.stringify(date.toISOString()) });
  return {
    ...membersOf(text),
    QueueTrigger: { string: text },
    Id: { string: message.id },
    PopReceipt: { string: message.receipt },
    DequeueCount: { int: message.dequeueCount },
    InsertionTime: time(message.insertedOn),
    ExpirationTime: time(message.expiresOn),
    NextVisibleTime: time(message.nextVisibleOn),
  };
}
