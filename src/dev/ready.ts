/** Waits for the API to answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { shorten } from '../core/shorten.ts';

const PATIENCE_MS = 30_000;
const LOOK_MS = 50;
/** How much of a failed answer an error quotes. */
const ANSWER_MAX = 500;

async function statusOf(url: string, stop: AbortSignal): Promise<string> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)]),
    });
    const text = await response.text();
    return response.ok ? 'ok' : `${response.status} ${shorten(text, ANSWER_MAX)}`;
  } catch (error) {
    return String(error);
  }
}

/**
 * Resolves once the API can serve, its catalogue being filled; so the first request of a user waits
 * for nothing. Rejects with the last answer when that takes longer than half a minute, and when `stop` is aborted.
 */
export async function untilReady(api: string, stop: AbortSignal): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (const path of ['/health/ready', '/docs']) {
    for (;;) {
      const status = await statusOf(`${api}${path}`, stop);
      if (status === 'ok') break;
      stop.throwIfAborted();
      if (Date.now() > until) throw new Error(`The API is not ready: ${status}`);
      await sleep(LOOK_MS);
    }
  }
}
