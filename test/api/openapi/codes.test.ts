/** Codes are closed tables: in the code, in the OpenAPI document, on its page and in the README. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_TABLE, REASON_TABLE } from '../../../src/api/openapi/codes.ts';
import { ERRORS } from '../../../src/core/errors.ts';
import { REASONS } from '../../../src/core/reasons.ts';
import { testApi } from '../support.ts';

const SRC = join(import.meta.dirname, '../../../src');
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .filter((path) => !['core/reason.ts', 'core/errors.ts'].includes(path))
  .map((path) => readFileSync(join(SRC, path), 'utf8'))
  .join('\n');

describe.each([
  ['refusals', ERRORS, ERROR_TABLE],
  ['reasons', REASONS, REASON_TABLE],
])('the codes of %s', (_, codes, table) => {
  it('are in the README as they are', () => {
    expect(readFileSync(join(SRC, 'api/README.md'), 'utf8')).toContain(table);
  });

  it('are on the page of the API', async () => {
    const page = await (await testApi().send('/docs', { token: null })).text();
    for (const code of Object.keys(codes)) expect(page).toContain(`<code>${code}</code>`);
  });

  it('are all used', () => {
    const used = (code: string) => new RegExp(`['"\\s]${code}['":]`).test(sources);
    expect(Object.keys(codes).filter((code) => !used(code))).toEqual([]);
  });
});

it('a reason of the OpenAPI document has one of its codes', () => {
  const { components } = testApi().document as unknown as {
    components: { schemas: Record<string, { properties: Record<string, { enum: string[] }> }> };
  };
  const reason = components.schemas['Reason']?.properties['code'];
  expect(reason?.enum).toEqual(Object.keys(REASONS));
  expect(components.schemas['Problem']?.properties['code']?.enum.sort()).toEqual(
    Object.keys(ERRORS).sort(),
  );
});
