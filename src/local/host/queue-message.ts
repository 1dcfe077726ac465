import type { DequeuedMessageItem } from '@azure/storage-queue';
import type { TypedData } from './contract.ts';

/** Base64 with its padding, as .NET's Convert.FromBase64String demands it (white space may occur). */
const BASE64 = /^(?:[a-z0-9+/]{4})*(?:[a-z0-9+/]{2}==|[a-z0-9+/]{3}=)?$/i;

/** The text in a message's body, or undefined when the body is not in that encoding. */
export function decodeMessage(body: string, encoding: 'base64' | 'none'): string | undefined {
  if (encoding === 'none') {
    return body;
  }
  const compact = body.replaceAll(/\s/g, '');
  return BASE64.test(compact) ? Buffer.from(compact, 'base64').toString('utf8') : undefined;
}

/** What the function sees as `context.triggerMetadata`, with the first letter in lower case. */
export function queueMetadata(
  message: DequeuedMessageItem,
  text: string,
): Record<string, TypedData> {
  const time = (date: Date): TypedData => ({ json: JSON.stringify(date.toISOString()) });
  return {
    QueueTrigger: { string: text },
    Id: { string: message.messageId },
    PopReceipt: { string: message.popReceipt },
    DequeueCount: { int: message.dequeueCount },
    InsertionTime: time(message.insertedOn),
    ExpirationTime: time(message.expiresOn),
    NextVisibleTime: time(message.nextVisibleOn),
  };
}
