import { describe, expect, it } from 'vitest';
import { createMemoryLog } from '../../src/adapters/memory/log.ts';
import { createLog } from '../../src/functions/log.ts';
import type { Level } from '../../src/functions/settings/table.ts';

function recorder(level: Level = 'info') {
  const lines: string[] = [];
  const log = createLog({
    level,
    write: (line) => lines.push(line),
    now: () => Date.UTC(2026, 10, 21, 12),
  });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') as Record<string, unknown> };
}

describe('the production log', () => {
  it('writes one JSON object a line: time, level and message, then the fields', () => {
    const { log, lines } = recorder();
    log.info('run started', { run: 'r1', attempt: 2, note: 'two\nlines' });
    expect(lines).toEqual([
      '{"time":"2026-11-21T12:00:00.000Z","level":"info","message":"run started","run":"r1","attempt":2,"note":"two\\nlines"}',
    ]);
  });

  it.each([
    ['debug', 4],
    ['info', 3],
    ['warn', 2],
    ['error', 1],
  ] as const)('at level %s writes %i of the four levels', (level, count) => {
    const { log, lines } = recorder(level);
    log.debug('a');
    log.info('a');
    log.warn('a');
    log.error('a');
    expect(lines).toHaveLength(count);
  });

  it('merges the fields of children, the nearest winning, and leaves the parent alone', () => {
    const { log, last } = recorder();
    const child = log.child({ run: 'r1', request: 'q' }).child({ run: 'r2' });
    child.info('x', { step: 1 });
    expect(last()).toMatchObject({ run: 'r2', request: 'q', step: 1 });
    log.info('x');
    expect(last()).not.toHaveProperty('run');
  });

  it('keeps fields that are named as its own', () => {
    const { log, last } = recorder();
    log.warn('real', { message: 'other', level: 'fake', time: 0 });
    expect(last()).toMatchObject({
      message: 'real',
      level: 'warn',
      field_message: 'other',
      field_level: 'fake',
      field_time: 0,
    });
  });

  it('writes an error as name, message, code, status and cause; its stack only at debug', () => {
    const cause = Object.assign(new TypeError('socket hang up'), { code: 'ECONNRESET' });
    const error = Object.assign(new Error('call failed', { cause }), { statusCode: 503 });
    const info = recorder();
    info.log.error('tick failed', { error });
    expect(info.last()['error']).toEqual({
      name: 'Error',
      message: 'call failed',
      status: 503,
      cause: { name: 'TypeError', message: 'socket hang up', code: 'ECONNRESET' },
    });
    const debug = recorder('debug');
    debug.log.error('tick failed', { error });
    expect(debug.last()['error']).toHaveProperty('stack', expect.stringContaining('log.test.ts'));
  });

  it.each([
    'token',
    'accessToken',
    'access_token',
    'client-secret',
    'Authorization',
    'AccessKey',
    'connectionString',
    'password',
    'x-api-key',
    'Set-Cookie',
  ])('blanks a field named %s, at any depth', (name) => {
    const { log, lines } = recorder();
    log.info('x', { [name]: 'hush-hush', deep: [{ [name]: { inner: 'hush-hush' } }] });
    expect(lines[0]).not.toContain('hush');
    expect(lines[0]).toContain('[redacted]');
  });

  it('keeps fields that only sound like secrets, and says when a secret is missing', () => {
    const { log, last } = recorder();
    log.info('x', {
      token_id: 't1',
      tokens_used: 3,
      secretary: 'Ada',
      token: undefined,
      secret: '',
    });
    expect(last()).toMatchObject({ token_id: 't1', tokens_used: 3, secretary: 'Ada', secret: '' });
  });

  it.each([
    [
      'wss://h/client/hubs/x?access_token=hush.hush&a=1',
      'wss://h/client/hubs/x?access_token=[redacted]&a=1',
    ],
    [
      'GET https://a.blob.core.windows.net/c?sv=1&sig=hush%3D failed',
      'GET https://a.blob.core.windows.net/c?sv=1&sig=[redacted] failed',
    ],
    ['AccountName=a;AccountKey=hush==;X=1', 'AccountName=a;AccountKey=[redacted];X=1'],
    [
      'Endpoint=https://h;AccessKey=hush=;Version=1.0;',
      'Endpoint=https://h;AccessKey=[redacted];Version=1.0;',
    ],
    ['sent Authorization: Bearer hush.hush.hush', 'sent Authorization: Bearer [redacted]'],
    ['https://ada:hush@git.example.com/x.git', 'https://[redacted]@git.example.com/x.git'],
    [
      `/api/v1/tokens/slc_default.0123456789ab_${'h'.repeat(43)}/x`,
      '/api/v1/tokens/slc_default.0123456789ab_[redacted]/x',
    ],
    [
      `x=slc%5Fa-b%2E0123456789ab%5F${'-'.repeat(20)}%5F${'h'.repeat(22)}&y`,
      'x=slc%5Fa-b%2E0123456789ab%5F[redacted]&y',
    ],
    [`x slt_r01jqk3v9x2abcde_${'h'.repeat(43)} y`, 'x slt_r01jqk3v9x2abcde_[redacted] y'],
    ['a cut slc_default.0123456789ab_hush', 'a cut slc_default.0123456789ab_[redacted]'],
    ['token bucket is empty, exit code=7', 'token bucket is empty, exit code=7'],
    ['POST /api/x?code=hush== failed', 'POST /api/x?code=[redacted] failed'],
  ])('blanks secrets inside text: %s', (text, want) => {
    const { log, last } = recorder();
    log.info(text, { text, error: new Error(text) });
    expect(last()).toMatchObject({ message: want, text: want, error: { message: want } });
  });

  it('never throws, whatever it is given', () => {
    const { log, last } = recorder();
    const circular: Record<string, unknown> = { bytes: new Uint8Array(3), when: new Date(0) };
    circular['self'] = circular;
    const hostile = Object.defineProperty({}, 'x', {
      enumerable: true,
      get() {
        throw new Error('no');
      },
    });
    log.info('odd', {
      circular,
      hostile,
      big: 1n,
      nan: Number.NaN,
      map: new Map([['token', 'hush']]),
      set: new Set([1]),
      bad: new Date(Number.NaN),
      call: function named() {},
    });
    expect(last()).toMatchObject({
      circular: { bytes: '[3 bytes]', when: '1970-01-01T00:00:00.000Z', self: '[circular]' },
      hostile: '[unreadable: Error]',
      big: '1',
      nan: 'NaN',
      map: { token: '[redacted]' },
      set: [1],
      bad: null,
      call: '[function named]',
    });
  });

  it('does not fail when its writer does', () => {
    const log = createLog({
      level: 'info',
      write: () => {
        throw new Error('EPIPE');
      },
      now: () => 0,
    });
    expect(() => log.info('x')).not.toThrow();
  });

  it('bounds what it writes', () => {
    const { log, lines } = recorder();
    let deep: unknown = 'end';
    for (let level = 0; level < 1_000; level += 1) deep = { deep };
    const wide = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, index) => [`k${index}`, index]),
    );
    log.info('big', { text: 'x'.repeat(1_000_000), list: Array(10_000).fill(1), deep, wide });
    expect(lines[0]?.length).toBeLessThan(20_000);
  });
});

describe('the memory log', () => {
  it('records entries of itself and of its children in order', () => {
    const log = createMemoryLog();
    log.child({ run: 'r1' }).warn('first', { n: 1 });
    log.info('second');
    expect(log.entries).toEqual([
      { level: 'warn', message: 'first', fields: { run: 'r1', n: 1 } },
      { level: 'info', message: 'second', fields: {} },
    ]);
  });
});
