/** Text that wire formats and readers of lines trip over, in everything that reaches a table. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Script } from '../../../src/adapters/memory/cluster.ts';
import { eventStream } from '../../../src/api/http/sse.ts';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { pipelines } from '../../../src/engine/catalogue/catalogue.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { readLaunch, readRun } from '../../../src/engine/store/run-store.ts';
import type { Store } from '../../../src/ports/store.ts';
import { memoryWorld, request, tickUntil } from '../../support/world.ts';

const chars = (pattern: RegExp): string[] =>
  Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter((char) =>
    pattern.test(char),
  );
/** All separators, controls, format characters and noncharacters; what an escape is made of. */
const SEPARATORS = chars(/[\p{Z}\p{Cc}\p{Cf}]|[\ufdd0-\ufdef\ufffe\uffff]/u);
const LONE = ['\ud800', '\udbff', '\udc00', '\udfff'];
const OTHERS = ['\ufffd', '\u{1fffe}', '\u{e0001}', '😀', '^', '^2028', '\\u2028', '"', '\\', '{}'];
export const ODD = [...SEPARATORS, ...LONE, ...OTHERS, '--changeset_', 'GET http://x/'];
/** What a request may hold: the schema refuses control characters. */
const ASKED = ODD.filter((char) => !/\p{Cc}|\p{Surrogate}/u.test(char));
const odd = fc
  .array(fc.oneof(fc.constantFrom(...ODD), fc.string({ unit: 'binary', maxLength: 3 })), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''));

/** Cut wherever some reader ends a line. */
export const manyLines = (text: string): string[] =>
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  text.split(/[\n\v\f\r\u001c-\u001e\u0085\u2028\u2029]/).filter((line) => line !== '');

/** `open` gives the store whose tables' names begin so. */
export function testUnicode(name: string, open: (prefix: string) => Store): void {
  it(`${name}: every odd character comes back from a column, alone and in a transaction`, async () => {
    const store = open('odd');
    for (let from = 0; from < ODD.length; from += 50) {
      const writes = ODD.slice(from, from + 50).map((char, index) => ({
        op: 'put' as const,
        key: `k${String(from + index).padStart(3, '0')}`,
        values: { text: `a${char}b`, json: JSON.stringify({ [char]: char }) },
      }));
      await store.commit('runs', 'p', writes);
      for (const { key, values } of writes)
        expect((await store.read('runs', 'p', key))?.values).toEqual(values);
    }
    await store.commit('runs', 'alone', [{ op: 'put', key: 'k', values: { text: ODD.join('') } }]);
    expect((await store.read('runs', 'alone', 'k'))?.values).toEqual({ text: ODD.join('') });
  });

  it(`${name}: any mixture of them comes back`, async () => {
    const store = open('mixed');
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(odd, { minLength: 1, maxLength: 20 }), async (texts) => {
        round += 1;
        const writes = texts.map((text, index) => ({
          op: 'put' as const,
          key: `k${index + 10}`,
          values: { text },
        }));
        await store.commit('runs', `p${round}`, writes);
        const rows = await store.list('runs', `p${round}`, { limit: 100 });
        expect(rows.map(({ values }) => values['text'])).toEqual(texts);
      }),
      { numRuns: 100 },
    );
  });

  it(`${name}: a text that only just fits with its escapes is taken`, async () => {
    const store = open('large');
    // 1 MiB a row, two bytes a unit, five units for one.
    const fits = '\u2028'.repeat(100_000);
    await store.commit('runs', 'p', [
      { op: 'put', key: 'a', values: { fits } },
      { op: 'put', key: 'b', values: { n: 1 } },
    ]);
    expect((await store.read('runs', 'p', 'a'))?.values['fits']).toBe(fits);
    const over = { op: 'put' as const, key: 'a', values: { over: '\u2028'.repeat(110_000) } };
    await expect(store.commit('runs', 'p', [over])).rejects.toThrow(RangeError);
  });

  it(`${name}: a run that is full of them is recorded, told, archived and listed, and harms no other`, async () => {
    const text = (chars: readonly string[]): string => chars.join('');
    const asked = text(ASKED);
    const printed = ODD.filter((char) => char !== '\n' && !/\p{Surrogate}/u.test(char));
    const errors = Array.from(
      { length: 5 },
      (_, index) => `ERROR ${text(printed.filter((_, at) => at % 5 === index))}`,
    );
    const lines = [...errors, text(printed)].map((line, at) => ({ at: at * 10, text: line }));
    const script: Script = { lines, endsAt: 1_000, exitCode: 3 };
    const memory = memoryWorld({ script: () => script });
    const world = { ...memory.world, store: open('run') };
    const entry = Pipeline.parse({
      name: 'odd',
      description: asked,
      kind: 'container',
      container: { image: 'busybox:1.37' },
      params: { [asked.slice(0, 200)]: asked },
    });
    await pipelines.create(world, 'default', entry);
    const saved = { ...entry, version: 1 };
    expect((await pipelines.read(world, 'default', 'odd')).value).toEqual(saved);
    const params = { a: asked, b: ['\u2028', { '\u2029': '\u0085' }] };
    const ask = request({
      params,
      triggered_by: asked.slice(0, 200),
      container: { image: 'busybox:1.37', args: [asked], env: { A: asked } },
    });
    const idempotency = { key: asked, body: ask };
    const submission = { domain: 'default', request: ask, idempotency };
    const { run } = await submitRun(world, submission);
    expect(await submitRun(world, submission)).toMatchObject({ outcome: 'replayed' });
    await tickUntil(
      world,
      memory.clock,
      async () => (await readRun(world, run.run_id))?.run.state === 'failed',
    );
    expect(JSON.parse((await readLaunch(world, run.run_id)).params)).toEqual(params);
    const end = await readRun(world, run.run_id);
    expect(end?.run.triggered_by).toBe(asked.slice(0, 200));

    const read = async () =>
      (await readEvents(world, 'default', run.run_id, { after: 0, limit: 1_000 })).events;
    const rows = await read();
    const told = rows.flatMap((event) =>
      event.type === 'log' ? event.data.lines.map((line) => line.message) : [],
    );
    expect(told).toEqual(lines.map((line) => line.text));
    await tickUntil(world, memory.clock, async () => {
      const stored = (await readRun(world, run.run_id))?.run;
      return stored !== undefined && stored.archived_seq === stored.last_seq;
    });
    expect(await read()).toEqual(rows);
    for (const { name } of memory.blobs.list()) {
      const blob = new TextDecoder().decode(await world.blobs.get(name));
      expect(
        manyLines(blob)
          .map((line) => JSON.parse(line))
          .at(-1),
      ).toMatchObject({ type: 'complete' });
    }
    const signal = new AbortController().signal;
    const stillAllowed = async () => true;
    const shown = { domain: 'default', runId: run.run_id, after: 0 };
    const watch = { world, log: world.log, ...shown, signal, stillAllowed };
    const stream = await new Response(await eventStream(watch)).text();
    const data = manyLines(stream).filter((line) => line.startsWith('data: '));
    expect(data.map((line) => JSON.parse(line.slice(6)))).toEqual(rows);

    const other = await submitRun(world, { domain: 'default', request: request() });
    await tickUntil(
      world,
      memory.clock,
      async () => (await readRun(world, other.run.run_id))?.run.state === 'failed',
    );
  });
}
