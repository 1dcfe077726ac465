/** A run as a command: a shell and the command line read it back as the request that it was. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json/text.ts';
import { canonicalJson, parseStored, writeJson } from '../../../src/core/json/write.ts';
import { readRunAndLaunch } from '../../../src/engine/store/run-store.ts';
import { commandOf, curlOf, requestIn } from '../../../src/page/screens/run/actions/commands.ts';
import { commandLine } from '../../cli/support.ts';

const tree = (text: string): JsonObject => parseStored(text) as JsonObject;
const RUN = '01k0000000abcdefghjkmnpqrs';

/** The words that a shell makes of a command; nothing of it runs. */
const wordsOf = (command: string): string[] =>
  execFileSync('sh', ['-c', command.replace(/^(?:sluice|curl)/, 'printf "%s\\0"')], {
    env: { SLUICE_TOKEN: 'the-token' },
    encoding: 'utf8',
  })
    .split('\0')
    .slice(0, -1);

const REQUESTS = [
  `{"pipeline":"a/hello"}`,
  `{"pipeline":"a/hello","params":{"id":1234567890123456789,"text":"it's $HOME \`x\` \\"q\\"","number":"12","yes":true,"o":{"a":[1.0]},"line":"a\\nb"}}`,
  `{"pipeline":"a/hello","lane":"fast","on_busy":"queue","priority":7,"labels":{"who":"me","empty":""},"deadline_seconds":60,"target":"default"}`,
  `{"pipeline":"own","container":{"image":"busybox:1.37","command":["sh","-c","echo '<img src=x onerror=alert(1)>'"],"env":{"A":"b c"}}}`,
  `{"pipeline":"nf-core/rnaseq","nextflow":{"revision":"3.14","profile":"test"}}`,
];

it.each(REQUESTS)('sluice run … sends the same: %s', async (text) => {
  const command = commandOf(RUN, tree(text));
  expect(command).toMatch(/^sluice run /);
  const line = commandLine();
  const { memory } = line;
  const { out, err, code } = await line.run(...wordsOf(command));
  expect(code, err).toBe(0);
  const stored = await readRunAndLaunch(memory.world, out.trim());
  expect(canonicalJson(parseStored(stored?.launch.request ?? ''))).toBe(canonicalJson(tree(text)));
});

it.each([
  `{"pipeline":"s","shell":{"script":"echo hi"}}`,
  `{"pipeline":"c","container":{"image":"busybox","args":["x"]}}`,
  `{"pipeline":"c","container":{"image":"busybox","resources":{"memory":"1Gi"}}}`,
  `{"pipeline":"-x"}`,
  `{"pipeline":"c","kind":"container","container":{"image":"busybox"}}`,
])('where options cannot say it, it is a rerun: %s', (text) => {
  expect(commandOf(RUN, tree(text))).toBe(`sluice rerun ${RUN}`);
});

it.each(REQUESTS)('curl sends the same digits: %s', (text) => {
  const words = wordsOf(curlOf('http://127.0.0.1:7071', tree(text), true));
  expect(words.at(-1)).toBe(writeJson(tree(text)));
  expect(words).toContain('Authorization: Bearer the-token');
  expect(words).toContain('http://127.0.0.1:7071/api/v1/runs');
});

it('never has a token in it, and asks for none in open mode', () => {
  const request = tree('{"pipeline":"hello"}');
  expect(curlOf('http://x', request, true)).toContain('"Authorization: Bearer $SLUICE_TOKEN"');
  expect(curlOf('http://x', request, false)).not.toContain('Authorization');
});

it('reads the request of an answer', () => {
  expect(writeJson(requestIn('{"run_id":"x","request":{"pipeline":"p","params":{"n":1.0}}}'))).toBe(
    '{"pipeline":"p","params":{"n":1.0}}',
  );
  expect(requestIn('{"run_id":"x"}')).toBeUndefined();
});
