import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { groovy, nextflowConfig } from '../../../../src/core/kinds/nextflow/config.ts';
import { sessionId } from '../../../../src/core/kinds/nextflow/session.ts';
import { Target } from '../../../../src/core/kinds/target.ts';
import { quantity } from '../../../../src/core/kubernetes/quantity.ts';

const RUN = 'r01jqk3v9x2abcde';

test('a text is one Groovy string with nothing of it read as code or escape', () => {
  expect(groovy("a'b")).toBe("'a\\'b'");
  expect(groovy('\\u0027')).toBe("'\\\\u0027'");
  expect(groovy('x\ny\r')).toBe("'x\\ny\\r'");
  expect(groovy('${x}')).toBe("'${x}'");
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const literal = groovy(text);
      expect(literal).toMatch(/^'(?:[^'\\\n\r]|\\[\\'nr])*'$/u);
      const read = literal
        .slice(1, -1)
        .replaceAll(/\\(.)/g, (_, char: string) => ({ n: '\n', r: '\r' })[char] ?? char);
      expect(read).toBe(text);
    }),
  );
  expect(groovy([{ a: true, 'b.c/d': [1, 'x'] }, {}])).toBe(
    "[['a': true, 'b.c/d': [1, 'x']], [:]]",
  );
});

test.each([
  ['1', 1],
  ['128Mi', 134_217_728],
  ['1.5G', 1_500_000_000],
  ['500m', 0.5],
  ['x', null],
  ['1e3', 1_000],
  ['.5Ki', 512],
  ['1e', null],
  ['', null],
  ['-1', null],
  ['1Zi', null],
])('the quantity %s is %s', (text, bytes) => {
  expect(quantity(text)).toBe(bytes);
});

test.each([
  ['those of the drivers by default', {}, "['nodeSelector': ['pool': 'drivers']]"],
  [
    'their own where the target names them',
    { task_node_selector: { pool: 'tasks' } },
    "['nodeSelector': ['pool': 'tasks']]",
  ],
  ['any where it names none', { task_node_selector: {} }, undefined],
])('task pods go to nodes: %s', (_which, more, want) => {
  const target = Target.parse({
    name: 'lab',
    work_claim: 'work',
    node_selector: { pool: 'drivers' },
    ...more,
  });
  const config = nextflowConfig({ run_id: RUN, domain: 'default', attempt: 1, target });
  if (want === undefined) expect(config).not.toContain('nodeSelector');
  else expect(config).toContain(want);
});

test('a session id is a UUID, of the run alone', () => {
  expect(sessionId(RUN)).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(sessionId('rzzzzzzzzzzzzzzz')).not.toBe(sessionId('rzzzzzzzzzzzzzzy'));
});
