/** An app that does to a strict host what it must not do. What it sees it logs, as it runs in a process of its own. */
import { app, type HttpHandler } from '@azure/functions';

app.setup({ enableHttpStream: true });

const forever = new Promise<never>(() => undefined);

app.get('pid', () => ({ jsonBody: { pid: process.pid } }));
app.get('waits', () => forever);
app.get('blocks', () => {
  for (;;) {
    // Never yields.
  }
});
app.get('exits', () => process.exit(3));
app.get('throws', () => {
  throw new Error('on purpose');
});
// A JavaScript app may return nothing; the types of the library do not allow it.
app.get('nothing', (() => undefined) as unknown as HttpHandler);
app.get('headers', (request) => ({
  jsonBody: {
    long: request.headers.get('x-long')?.length,
    id: request.headers.get('x-ms-invocation-id'),
  },
}));
app.get('odd', () => ({ headers: { 'x-odd': '\u00fc' }, body: 'odd' }));
app.post('early', () => ({ status: 403, body: 'no' }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
app.get('endless', () => ({
  body: ReadableStream.from(
    (async function* endless() {
      yield bytes('first\n');
      await forever;
    })(),
  ),
}));
app.get('breaks', () => ({
  body: ReadableStream.from(
    (async function* breaks() {
      yield bytes('first\n');
      throw new Error('half way');
    })(),
  ),
}));
app.get('short', () => ({
  headers: { 'content-length': '100' },
  body: ReadableStream.from([bytes('first\n')]),
}));

type Message = { readonly id: string; readonly waits?: boolean; readonly exits?: boolean };
app.storageQueue('work', {
  queueName: '%QUEUE%',
  connection: 'STORAGE',
  handler: async (value, context) => {
    const { id, waits, exits } = value as Message;
    context.log(`took ${id} for the time ${String(context.triggerMetadata?.['dequeueCount'])}`);
    if (exits === true) process.exit(3);
    if (waits === true) await forever;
  },
});

app.hook.appTerminate(() => {
  console.log('the app says goodbye');
});
