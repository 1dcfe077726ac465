/** The request of an earlier run, to be sent again. */
import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json/text.ts';
import { parseStored, writeJson } from '../../../src/core/json/write.ts';
import { withoutSecrets } from '../../../src/page/screens/start/model/recent.ts';
import { continuing, repeating } from '../../../src/page/screens/start/model/request.ts';

const tree = (text: string): JsonObject => parseStored(text) as JsonObject;
const SENT = '{"pipeline":"flow","rerun_of":"r1","on_busy":"attach","params":{"n":1.0}}';

it('continues a run with its values, in its session', () => {
  const request = continuing(tree(SENT), 'r2');
  expect(writeJson(request)).toBe(
    '{"pipeline":"flow","params":{"n":1.0},"nextflow":{"resume":"r2"}}',
  );
  expect(writeJson(repeating(request, 'r3'))).toBe(
    '{"pipeline":"flow","params":{"n":1.0},"rerun_of":"r3"}',
  );
});

it('keeps as recent values what continues nothing', () => {
  const kept = withoutSecrets(continuing(tree(SENT), 'r2'), new Set());
  expect(writeJson(kept)).toBe('{"pipeline":"flow","params":{"n":1.0}}');
});
