/** A process that blocks its event loop once the watchdog runs. */
import { watchEventLoop } from '../../src/functions/runtime/event-loop.ts';

watchEventLoop(1_000);
// Not before the thread has begun.
setTimeout(() => {
  for (;;);
}, 100);
