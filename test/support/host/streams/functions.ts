/** The product on a world of the test, reached as it is in the cloud: through the host and the library. */
import { app } from '@azure/functions';
import { createHandler } from '../../../../src/functions/runtime/http.ts';
import type { Service } from '../../../../src/functions/service.ts';

const service = (globalThis as unknown as Record<symbol, Service>)[Symbol.for('host-test:service')];

app.setup({ enableHttpStream: true });
app.http('any', {
  route: '{*path}',
  methods: ['GET', 'POST'],
  handler: createHandler(async () => service as Service),
});
