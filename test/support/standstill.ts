/** A process whose event loop comes to a standstill once it is watched. */
import { watchEventLoop } from '../../src/functions/runtime/event-loop.ts';

watchEventLoop(1_000);
// Not before the thread has begun.
setTimeout(() => {
  for (;;);
}, 100);
