/** An app that shows what the host gives a function, and what it makes of the answers. */
import {
  app,
  type HttpHandler,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
} from '@azure/functions';

// Setup works once in a process, and tests start this app several times in one.
if (process.env['STREAM'] === '1') {
  app.setup({ enableHttpStream: true });
}

/** What the app saw, for tests in the same process. */
export type Seen = {
  hooks: string[];
  aborted: string[];
  terminated: number;
  openGate?: () => void;
};
const key = Symbol.for('host-test:seen');
const world = globalThis as { [key]?: Seen };
const seen: Seen = (world[key] ??= { hooks: [], aborted: [], terminated: 0 });

const say =
  (name: string): HttpHandler =>
  (request): HttpResponseInit => ({ jsonBody: { name, params: request.params } });

// The name decides, not how precise the route is: `all` comes before `special`.
app.get('special', { route: 'items/special', handler: say('special') });
app.get('all', { route: 'items/{id}', handler: say('all') });
app.post('Create', { route: 'items/{id}', handler: say('Create') });
app.get('typed', { route: 'typed/{n:int:min(3)}/{rest?}', handler: say('typed') });
app.http('noRoute', { methods: ['GET'], handler: say('noRoute') });

app.http('echo', {
  route: 'echo/{name?}',
  methods: ['GET', 'POST', 'PUT'],
  handler: async (request: HttpRequest): Promise<HttpResponseInit> => ({
    headers: { 'x-method': request.method },
    jsonBody: {
      url: request.url,
      a: request.query.get('a'),
      all: request.query.getAll('a'),
      params: request.params,
      header: request.headers.get('x-test'),
      body: await request.text(),
    },
  }),
});
app.get('cookies', () => ({
  cookies: [
    { name: 'one', value: 'a b', maxAge: 60, httpOnly: true },
    { name: 'two', value: '2', path: '/x', sameSite: 'Strict', secure: true },
  ],
}));
app.get('headers', (request) => ({ jsonBody: Object.fromEntries(request.headers) }));
app.get('fails', () => {
  throw new Error('on purpose');
});
// A JavaScript app may return nothing; the types of the library do not allow it.
app.get('nothing', (() => undefined) as unknown as HttpHandler);
app.get('empty', () => ({}));
app.get('null', () => {
  throw null;
});
app.get('odd', () => ({ headers: { 'x-odd': '\u00fc' } }));
app.post('locked', { authLevel: 'function', handler: say('locked') });
app.get('master', { authLevel: 'admin', handler: say('master') });
app.get('off', { handler: say('off') });
app.get('settings', () => ({
  jsonBody: Object.fromEntries(
    ['FROM_FILE', 'FROM_ENVIRONMENT', 'FROM_CALLER', 'AZURE_FUNCTIONS_ENVIRONMENT'].map((name) => [
      name,
      process.env[name],
    ]),
  ),
}));
app.get('hooked', (request: HttpRequest, context: InvocationContext) => {
  context.log('secret is out');
  return {
    jsonBody: { replaced: (request as unknown as { replaced?: boolean }).replaced === true },
  };
});

app.get('drip', () => {
  async function* parts(): AsyncGenerator<string> {
    yield 'first\n';
    await new Promise<void>((resolve) => {
      seen.openGate = resolve;
    });
    yield 'second\n';
  }
  const body = ReadableStream.from(parts()).pipeThrough(new TextEncoderStream());
  return { headers: { 'content-type': 'text/plain' }, body };
});
app.get('breaks', () => {
  async function* parts(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('first\n');
    await new Promise<void>((resolve) => {
      seen.openGate = resolve;
    });
    throw new Error('half way');
  }
  return { body: ReadableStream.from(parts()) };
});
app.post('upload', async (request) => {
  let bytes = 0;
  try {
    for await (const chunk of request.body ?? []) {
      bytes += (chunk as Uint8Array).length;
    }
  } catch (error) {
    seen.aborted.push(`after ${bytes}: ${(error as Error).name}`);
    throw error;
  }
  return { jsonBody: { bytes } };
});

app.hook.appTerminate(() => {
  seen.terminated += 1;
});
app.hook.preInvocation((context) => {
  const { functionName } = context.invocationContext;
  context.hookData['name'] = functionName;
  if (functionName === 'hooked') {
    context.inputs = [{ replaced: true }];
  }
});
app.hook.postInvocation((context) => {
  const { functionName } = context.invocationContext;
  if (functionName === 'empty') {
    seen.hooks.push(`error ${JSON.stringify(context.error)}`);
  }
  if (functionName === 'hooked') {
    seen.hooks.push(`post ${String(context.hookData['name'])}`);
    const result = context.result as HttpResponseInit;
    context.result = { ...result, headers: { 'x-hook': 'was here' } };
  }
});
app.hook.log((context) => {
  context.message = context.message.replace('secret', '******');
});
