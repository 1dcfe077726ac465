/** The file of params: what was sent arrives, in words of JSON and in the real Nextflow. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/core/json/text.ts';
import { parseStored } from '../../../../src/core/json/write.ts';
import { nextflow } from '../../../../src/core/kinds/nextflow.ts';
import { Target } from '../../../../src/core/kinds/target.ts';
import { buildJob } from '../../../../src/core/runs/build-manifest.ts';
import { nextflowLaunch } from '../../support/launch.ts';
import { NEXTFLOWS, runNextflow } from '../../support/nextflow.ts';

const target = Target.parse({ name: 'default', work_claim: 'work' });

function fileOf(params: string): string {
  const run = { run_id: 'r01jqk3v9x2abcde', domain: 'default', attempt: 1, name: 'r', nonce: 'a' };
  const { config } = buildJob({ ...run, launch: nextflowLaunch({}, { params }), target });
  return config.files['params.json'] ?? '';
}
const refused = (params: string) => nextflow.checkParams(parseStored(params) as JsonObject);

test('the file is the same JSON, and nothing in it looks like a variable of Nextflow', () => {
  const text = fc.string({ unit: fc.constantFrom('$', '{', '}', '\\', '"', 'u', '0', 'a', 'é') });
  fc.assert(
    fc.property(fc.dictionary(text, fc.oneof(text, fc.array(text))), (params) => {
      const file = fileOf(JSON.stringify(params));
      expect(JSON.parse(file)).toEqual(params);
      expect(file).not.toContain('${');
    }),
  );
});

test.each([
  ['{"a":9223372036854775807,"b":-9223372036854775808,"c":1e400,"d":0.1,"e":-0}', []],
  ['{"a":9223372036854775808}', ['params.a']],
  ['{"a":{"b":[1,-9223372036854775809]}}', ['params.a.b.1']],
  ['{"a":1e2147483647,"b":-1.5E-2147483646}', []],
  [
    '{"a":[1e2147483648,-1E+99999999999],"b":1e-2147483648,"c":1.5e-2147483647}',
    ['params.a.0', 'params.a.1', 'params.b', 'params.c'],
  ],
  ['{"a":"\\ud83d\\ude00"}', []],
  ['{"metaClass":1}', ['params.metaClass']],
  ['{"a":{"metaClass":"x"}}', ['params.a.metaClass']],
  ['{"metaClass":null,"a":[{"metaClass":1}],"class":1,"properties":2}', []],
])('of %s Nextflow would not read %j', (params, fields) => {
  expect(refused(params).map(({ field }) => field)).toEqual(fields);
});

/** Prints each param: its name, its class, and its text in base64. */
const SHOW = `
def show
show = { path, value ->
  println "PARAM \${path} \${value == null ? 'null' : value.getClass().simpleName} \${value.toString().getBytes('UTF-8').encodeBase64()}"
  if (value instanceof Map) value.each { key, inner -> show("\${path}.\${key}", inner) }
  if (value instanceof List) value.eachWithIndex { inner, at -> show("\${path}.\${at}", inner) }
}
params.each { key, value -> show(key, value) }
workflow { }
`;

/** The values of params, with the class and the text that each has in a script of Nextflow. */
const READ: readonly (readonly [json: string, type: string, text: string])[] = [
  ['1', 'Integer', '1'],
  ['2147483648', 'Long', '2147483648'],
  ['9007199254740993', 'Long', '9007199254740993'],
  ['-9223372036854775808', 'Long', '-9223372036854775808'],
  ['1.0', 'BigDecimal', '1.0'],
  ['25000.0', 'BigDecimal', '25000.0'],
  ['1e10', 'BigDecimal', '1E+10'],
  ['1e400', 'BigDecimal', '1E+400'],
  ['-1.5e2147483647', 'BigDecimal', '-1.5E+2147483647'],
  ['1.5e-2147483646', 'BigDecimal', '1.5E-2147483646'],
  ['1.5e-10', 'BigDecimal', '1.5E-10'],
  ['0.12345678901234567890123', 'BigDecimal', '0.12345678901234567890123'],
  ['"007"', 'String', '007'],
  ['"true"', 'String', 'true'],
  ['""', 'String', ''],
  ['true', 'Boolean', 'true'],
  ['null', 'null', 'null'],
  ['[1,"x",null,{"k":2.50}]', 'ArrayList', '[1, x, null, [k:2.50]]'],
  ['{"z":{"b":1},"a":null}', 'ConfigMap', '[z:[b:1], a:null]'],
  ['"grüß 日本 😀 a\\nb"', 'String', 'grüß 日本 😀 a\nb'],
  [
    '"${launchDir}/x ${projectDir} ${baseDir}"',
    'String',
    '${launchDir}/x ${projectDir} ${baseDir}',
  ],
  [
    '"${anything} $x $(HOME) \\\\${HOME} ${1+1}"',
    'String',
    '${anything} $x $(HOME) \\${HOME} ${1+1}',
  ],
];

describe.skipIf(NEXTFLOWS.length === 0)('in the real Nextflow', () => {
  test.each(NEXTFLOWS)(
    'params arrive as they were sent: $name',
    { timeout: 120_000 },
    async (each) => {
      const names = READ.map((_, at) => `p${String.fromCharCode(121 - at)}`);
      const sent = READ.map(([json], at) => `${JSON.stringify(names[at])}:${json}`).join(',');
      const { exit, text } = await runNextflow(
        each,
        {
          'main.nf': SHOW,
          'params.json': fileOf(`{${sent},"key \${launchDir}":1,"beyond":9223372036854775808}`),
        },
        ['run', 'main.nf', '-params-file', 'params.json'],
      );
      expect(exit, text).toBe(0);
      expect(text).not.toContain('WARN');
      const shown = [...text.matchAll(/^PARAM (.+) (\S+) (\S*)$/gm)]
        // Older versions give each name in two spellings.
        .filter(([, path]) => !path?.includes('.') && path !== 'key ${launch-dir}')
        .map(([, path, type, base64]) => [
          path,
          type,
          Buffer.from(base64 ?? '', 'base64').toString(),
        ]);
      // In the order of the file, too.
      expect(shown).toEqual([
        ...READ.map(([, type, read], at) => [names[at], type, read]),
        ['key ${launchDir}', 'Integer', '1'],
        // Why such a one is refused.
        ['beyond', 'Long', '-9223372036854775808'],
      ]);
    },
  );
});
