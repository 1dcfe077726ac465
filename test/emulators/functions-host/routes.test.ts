import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistry } from '../../../src/emulators/functions-host/app/registry.ts';
import type { FunctionMetadata } from '../../../src/emulators/functions-host/contract.ts';
import {
  defineFunctions,
  type FunctionDefinition,
} from '../../../src/emulators/functions-host/definition.ts';
import { readHostConfig } from '../../../src/emulators/functions-host/host-config.ts';
import { compileRoute } from '../../../src/emulators/functions-host/http/route-template.ts';
import {
  createRouter,
  type HttpFunction,
} from '../../../src/emulators/functions-host/http/router.ts';

describe('a route template', () => {
  it.each<[string, string, Record<string, string> | undefined]>([
    ['api/a', '/api/a', {}],
    ['api/a', '/API/A/', {}],
    ['api/a', '/api/a/b', undefined],
    ['api/a', '/api', undefined],
    ['{x}', '/v', { x: 'v' }],
    ['{x}', '/', undefined],
    ['a/{x?}', '/a', {}],
    ['a/{x=1}', '/a', { x: '1' }],
    ['a/{x=1}', '/a/2', { x: '2' }],
    ['a/{x:int=5}/{y?}', '/a', { x: '5' }],
    ['{*rest}', '/', {}],
    ['{*rest}', '/a/b%20c/d', { rest: 'a/b c/d' }],
    ['a/{**rest}', '/a/b//c/', { rest: 'b//c/' }],
    ['a/{*rest}', '/a', {}],
    ['{a}-{b}', '/1-2-3', { a: '1-2', b: '3' }],
    ['v{a}.x', '/v1.x', { a: '1' }],
    ['{file}.{ext?}', '/a.b.c', { file: 'a.b', ext: 'c' }],
    ['{file}.{ext?}', '/a', { file: 'a' }],
    ['{x}', '/a%2Fb%20c', { x: 'a%2Fb c' }],
    ['{x}', '/%zz', { x: '%zz' }],
    ['{{a}}-{x}', '/{a}-1', { x: '1' }],
    ['{x:int}', '/-5', { x: '-5' }],
    ['{x:int}', '/2147483648', undefined],
    ['{x:long}', '/2147483648', { x: '2147483648' }],
    ['{x:bool}', '/TRUE', { x: 'TRUE' }],
    [
      '{x:guid}',
      '/3f2504e0-4f89-11d3-9a0c-0305e82c3301',
      { x: '3f2504e0-4f89-11d3-9a0c-0305e82c3301' },
    ],
    ['{x:guid}', '/3f2504e0-4f89', undefined],
    ['{x:alpha}', '/abc1', undefined],
    ['{x:decimal}', '/1.5', { x: '1.5' }],
    ['{x:double}', '/1e5', { x: '1e5' }],
    ['{x:datetime}', '/2026-01-01', { x: '2026-01-01' }],
    ['{x:datetime}', '/soon', undefined],
    ['{x:length(2,3)}', '/abcd', undefined],
    ['{x:length(2)}', '/ab', { x: 'ab' }],
    ['{x:minlength(2)}', '/a', undefined],
    ['{x:maxlength(2)}', '/abc', undefined],
    ['{x:min(3)}', '/2', undefined],
    ['{x:max(3)}', '/4', undefined],
    ['{x:range(1,3)}', '/3', { x: '3' }],
    ['{x:required}', '/a', { x: 'a' }],
    [String.raw`{x:regex(^\d{{3}}$)}`, '/123', { x: '123' }],
    [String.raw`{x:regex(^\d{{3}}$)}`, '/1234', undefined],
    ['{x:regex(^(a:b|c=d)$)}', '/c=d', { x: 'c=d' }],
    ['{x:int:min(1)?}', '/0', undefined],
  ])('%s takes %s as %j', (template, path, values) => {
    expect(compileRoute(template)(path)).toEqual(values);
  });

  it.each([
    ['{x', /brace/],
    ['x}', /brace/],
    ['{}', /name/],
    ['{{{x}}}', /name/],
    ['{a}{b}', /without a literal/],
    ['{*a}/b', /last segment/],
    ['{a}/{A}', /twice/],
    ['{a:nonsense}', /unknown/],
    ['{a:range(1)}', /wrong arguments/],
    ['{a=1?}', /cannot be optional/],
    ['x{a?}', /stand alone/],
  ])('%s is refused', (template, why) => {
    expect(() => compileRoute(template)).toThrow(why);
  });
});

describe('routes of an app', () => {
  const http = (name: string, route: string, methods: string[]): HttpFunction => ({
    name,
    metadata: { name, bindings: {} },
    callback: () => undefined,
    triggerName: 't',
    trigger: { kind: 'http', route, methods, authLevel: 'anonymous' },
    disabled: false,
  });

  it('may be the same for other methods only', () => {
    const get = http('a', 'x/{id}', ['GET']);
    expect(() => createRouter([get, http('b', 'x/{id}', ['POST'])], 'api')).not.toThrow();
    expect(() => createRouter([get, http('b', '/X/{ID}', ['POST', 'GET'])], 'api')).toThrow(
      /conflicts with that of function 'a'/,
    );
    expect(() => createRouter([get, http('b', 'x/{id}', [])], 'api')).toThrow(/conflicts/);
  });

  it.each(['admin', 'administrators', 'Runtime/x'])('cannot begin like %s', (route) => {
    expect(() => createRouter([http('a', route, [])], 'api')).toThrow(/built in routes/);
  });

  it('may have an empty prefix, and take any method when they name none', () => {
    const router = createRouter([http('all', '{*path}', [])], '');
    expect(router.match('PURGE', '/a/b')?.params).toEqual({ path: 'a/b' });
  });
});

describe('functions', () => {
  const define = (...list: Partial<FunctionMetadata>[]): FunctionDefinition[] => {
    const registry = createRegistry(() => undefined);
    for (const [index, metadata] of list.entries()) {
      const bindings = { t: { type: 'timerTrigger', schedule: '%WHEN%', direction: 'in' } };
      registry.functions.set(String(index), {
        metadata: { name: 'f', bindings, ...metadata },
        callback: () => undefined,
      });
    }
    return defineFunctions(registry, { WHEN: '* * * * * *' });
  };

  it('are ordered by name without case, and their settings are resolved', () => {
    const all = define({ name: 'b' }, { name: 'C' }, { name: 'a' });
    expect(all.map(({ name }) => name)).toEqual(['a', 'b', 'C']);
    expect(all[0]?.trigger).toMatchObject({ schedule: '* * * * * *', useMonitor: true });
  });

  it.each<[Partial<FunctionMetadata>, RegExp]>([
    [{ name: '1st' }, /name is not allowed/],
    [{ name: 'Host' }, /name is not allowed/],
    [{ bindings: {} }, /0 triggers/],
    [{ bindings: { b: { type: 'blobTrigger' } } }, /"blobTrigger" is not supported/],
    [
      { bindings: { t: { type: 'queueTrigger', queueName: 'q' }, o: { type: 'table' } } },
      /"table" is not supported/,
    ],
    [{ bindings: { t: { type: 'queueTrigger' } } }, /queueName/],
    [
      {
        bindings: { t: { type: 'queueTrigger', queueName: 'q' } },
        retryOptions: { maxRetryCount: 1 },
      },
      /retry policy is for timers/,
    ],
    [
      { bindings: { t: { type: 'httpTrigger' } }, retryOptions: { maxRetryCount: 1 } },
      /retry policy is for timers/,
    ],
  ])('that cannot run here fail the start: %j', (metadata, why) => {
    expect(() => define(metadata)).toThrow(why);
    expect(() => define({ name: 'good' }, { name: 'GOOD' })).toThrow(/case does not count/);
  });
});

describe('host.json', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'functions-host-'));
  });
  afterEach(async () => {
    await rm(dir, { recursive: true });
  });
  const read = async (value: unknown, env: NodeJS.ProcessEnv = {}) => {
    await writeFile(join(dir, 'host.json'), JSON.stringify(value));
    return readHostConfig(dir, env);
  };

  it('has the defaults of the Functions host', async () => {
    const config = await read({ version: '2.0' });
    expect(config).toMatchObject({
      routePrefix: 'api',
      functionTimeoutMs: 1_800_000,
      queues: {
        batchSize: 16,
        maxDequeueCount: 5,
        visibilityTimeoutMs: 0,
        maxPollingIntervalMs: 60_000,
        messageEncoding: 'base64',
      },
    });
  });

  it('has queues looked into every two seconds in development, whatever it says', async () => {
    const queues = { maxPollingInterval: '00:01:00' };
    const file = { version: '2.0', extensions: { queues } };
    const config = await read(file, { AZURE_FUNCTIONS_ENVIRONMENT: 'Development' });
    expect(config.queues.maxPollingIntervalMs).toBe(2_000);
  });

  it('can be overridden by the environment', async () => {
    const file = { version: '2.0', extensions: { queues: { batchSize: 2 } } };
    const config = await read(file, {
      AzureFunctionsJobHost__extensions__queues__BatchSize: '7',
      AzureFunctionsJobHost__extensions__http__routePrefix: '',
      AzureFunctionsJobHost__functionTimeout: '-1',
      AzureFunctionsJobHost__logging__logLevel__default: 'Warning',
    });
    expect(config.queues.batchSize).toBe(7);
    expect(config.routePrefix).toBe('');
    expect(config.functionTimeoutMs).toBeUndefined();
    expect(config.logLevels.get('default')).toBe('warning');
  });

  it.each([
    [{}, /version/],
    [{ version: '2.0', functionTimeout: '00:00:00.5' }, /functionTimeout/],
    [{ version: '2.0', extensions: { queues: { batchSize: 33 } } }, /batchSize/],
    [{ version: '2.0', extensions: { queues: { visibilityTimeout: 'long' } } }, /TimeSpan/],
    [{ version: '2.0', logging: { logLevel: { default: 'loud' } } }, /no log level/],
  ])('is refused when wrong: %j', async (value, why) => {
    await expect(read(value)).rejects.toThrow(why);
  });

  it('must be there', async () => {
    await expect(readHostConfig(dir, {})).rejects.toThrow(/not found/);
  });
});
