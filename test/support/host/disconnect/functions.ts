/** An app whose one function is reached as those of the product are, and tells what becomes of its clients. */
import { app } from '@azure/functions';
import { createHandler } from '../../../../src/functions/runtime/http.ts';

const key = Symbol.for('host-test:gone');
/** Paths of requests whose client was seen to go away, in a process that tests share with the app. */
const gone: string[] = ((globalThis as { [key]?: string[] })[key] ??= []);

const answer = async (request: Request): Promise<Response> => {
  const { pathname } = new URL(request.url);
  request.signal.addEventListener('abort', () => gone.push(pathname));
  if (pathname.endsWith('/whole')) return new Response('whole');
  const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(9)) });
  return new Response(body);
};

app.setup({ enableHttpStream: true });
app.http('any', {
  route: '{*path}',
  methods: ['GET', 'POST'],
  handler: createHandler(async () => ({
    fetch: answer,
    tick: async () => undefined,
    message: async () => undefined,
    drain: async () => undefined,
  })),
});
