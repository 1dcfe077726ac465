/**
 * Codes are closed tables: in the code, in the OpenAPI document, on its page and in the README, whose tables
 * `npm run openapi` writes.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAUSE_TABLE, ERROR_TABLE, REASON_TABLE } from '../../../src/api/openapi/codes.ts';
import { ERRORS } from '../../../src/core/errors.ts';
import { CAUSES } from '../../../src/core/nextflow/causes.ts';
import { REASONS, type ReasonCode, reason } from '../../../src/core/reasons.ts';
import { testApi } from '../support.ts';

const SRC = join(import.meta.dirname, '../../../src');
const README = join(SRC, 'api/README.md');
/** The tables themselves: a code that stands nowhere else is not used. What the page advises makes no use of it either. */
const TABLES = ['core/reasons.ts', 'core/errors.ts'];
const paths = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.ts'),
);
const sources = paths
  .filter((path) => !TABLES.includes(path) && !path.startsWith('page/'))
  .map((path) => readFileSync(join(SRC, path), 'utf8'))
  .join('\n');

/** Puts the table in the place of the one under its heading. */
function writeTable(heading: string, table: string): void {
  const text = readFileSync(README, 'utf8');
  const from = text.indexOf('\n|', text.indexOf(`\n## ${heading}\n`)) + 1;
  const old = /^(?:\|.*\n?)+/.exec(text.slice(from))?.[0] ?? '';
  writeFileSync(README, `${text.slice(0, from)}${table}\n${text.slice(from + old.length)}`);
}

describe.each([
  ['Codes of refusals', ERRORS, ERROR_TABLE],
  ['Reasons of runs', REASONS, REASON_TABLE],
  ['Failures of pipelines', CAUSES, CAUSE_TABLE],
])('%s', (heading, codes, table) => {
  it('are in the README as they are', () => {
    if (process.env['UPDATE_OPENAPI'] !== undefined) writeTable(heading, table);
    expect(readFileSync(README, 'utf8')).toContain(`${table}\n`);
  });

  it('are on the page of the API', async () => {
    const page = await (await testApi().send('/docs', { token: null })).text();
    for (const code of Object.keys(codes)) expect(page).toContain(`<code>${code}</code>`);
  });

  it('are all used', () => {
    expect(paths).toEqual(expect.arrayContaining(TABLES));
    const used = (code: string) => new RegExp(`['"\\s]${code}['":]`).test(sources);
    expect(Object.keys(codes).filter((code) => !used(code))).toEqual([]);
  });
});

it('a reason of the OpenAPI document has one of its codes', () => {
  const { components } = testApi().document as unknown as {
    components: { schemas: Record<string, { properties: Record<string, { enum: string[] }> }> };
  };
  const code = components.schemas['Reason']?.properties['code'];
  expect(code?.enum).toEqual(Object.keys(REASONS));
  expect(components.schemas['Problem']?.properties['code']?.enum.sort()).toEqual(
    Object.keys(ERRORS).sort(),
  );
});

it('a reason says whether another attempt makes sense', () => {
  const retryable = (code: ReasonCode) => reason(code).retryable;
  // What ended it came from outside, and need not come again.
  expect((['node_lost', 'drained', 'image_pull'] as const).map(retryable)).not.toContain(false);
  // Something has to be changed first, or nobody wants it.
  const final = ['exit_code', 'out_of_memory', 'invalid_image', 'cancelled'] as const;
  expect(final.map(retryable)).not.toContain(true);
});
