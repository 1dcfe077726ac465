/** What the parser finds in real outputs of Nextflow, which are not part of this repository, beside what a reader found there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Console } from '../../../src/core/nextflow/console/console.ts';

type Json = Record<string, unknown>;

const FOLDER = join(import.meta.dirname, '../../../../shared/nextflow-logs');
const isThere = existsSync(FOLDER);
if (!isThere)
  console.info('Outputs of Nextflow are not beside the repository: their tests are skipped.');
const names = isThere
  ? readdirSync(FOLDER)
      .filter((name) => name.endsWith('.txt'))
      .map((name) => name.slice(0, -'.txt'.length))
  : [];

/** Words of the reader's own, or what no text tells. */
const OWN = new Set(['outcome_basis', 'trailing_non_nextflow_lines']);

/** Where the reader's file is not followed, and why. */
const DEVIATIONS: Readonly<Record<string, readonly string[]>> = {};

/** What a file holds is asked for; null there mostly means that the reader did not look. */
function expectHolds(found: unknown, wanted: unknown, at: string): void {
  if (Array.isArray(wanted)) {
    expect(found, at).toHaveLength(wanted.length);
    wanted.forEach((each, index) =>
      expectHolds((found as unknown[])[index], each, `${at}[${index}]`),
    );
  } else if (wanted !== null && typeof wanted === 'object') {
    for (const [key, value] of Object.entries(wanted as Json))
      if (!OWN.has(key)) expectHolds((found as Json | null)?.[key], value, `${at}.${key}`);
  } else expect(found, at).toBe(wanted);
}

const MAY_BE_UNKNOWN = new Set([
  'expected_exit_code',
  'events',
  'user_stdout',
  'completion.cached_pct',
]);

describe.skipIf(!isThere)('outputs of Nextflow', () => {
  test.each(names)('%s', (name) => {
    const { expected } = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as {
      expected: Json;
    };
    const parser = new Console();
    const text = readFileSync(join(FOLDER, `${name}.txt`), 'utf8').replace(/\n$/, '');
    for (const line of text.split('\n')) parser.line(line);
    const report = parser.report() as unknown as Json;
    for (const [key, value] of Object.entries(expected)) {
      if (OWN.has(key) || DEVIATIONS[name]?.includes(key)) continue;
      if (value === null && MAY_BE_UNKNOWN.has(key)) continue;
      expectHolds(report[key], value, key);
    }
  });

  /** What carriers of logs add. None of it may change what is found. */
  const CARRIED: Readonly<Record<string, (lines: readonly string[]) => readonly string[]>> = {
    'line ends of Windows': (lines) => lines.map((line) => `${line}\r`),
    'stamps of times': (lines) => lines.map((line) => `2026-01-31T08:00:00.123456789Z ${line}`),
    'names of pods': (lines) => lines.map((line) => `[pod/driver-x/main] ${line}`),
    colours: (lines) => lines.map((line) => `\u001b[2m${line}\u001b[0m\u001b[K`),
    // Not right after an error that may go on there, in a list of outputs, or after the end.
    'lines of a sidecar': (lines) =>
      lines.flatMap((line, at) =>
        at === lines.length - 1 ||
        /^ERROR ~ (?!Error executing)/.test(line) ||
        lines.includes('Outputs:')
          ? [line]
          : [line, 'sidecar: still there'],
      ),
  };

  test.each(names.flatMap((name) => Object.keys(CARRIED).map((how) => [name, how] as const)))(
    '%s, with %s',
    (name, how) => {
      const text = readFileSync(join(FOLDER, `${name}.txt`), 'utf8').replace(/\n$/, '');
      const found = (lines: readonly string[]) => {
        const parser = new Console();
        lines.forEach((line) => parser.line(line));
        const { user_stdout: _, outcome_basis: __, ...report } = parser.report();
        return report;
      };
      const lines = text.split('\n');
      expect(found(CARRIED[how]?.(lines) ?? [])).toEqual(found(lines));
    },
  );
});
