/** Texts of fields as values, links and recent requests. */
import { expect, it, test } from 'vitest';
import {
  isJsonObject,
  JsonNumber,
  type JsonObject,
  parseJson,
} from '../../../src/core/json/text.ts';
import { writeJson } from '../../../src/core/json/write.ts';
import { faultAt, placeOf } from '../../../src/page/screens/start/model/places.ts';
import {
  readRecent,
  remember,
  withoutSecrets,
} from '../../../src/page/screens/start/model/recent.ts';
import {
  deadlineOf,
  linkOf,
  requestOfLink,
  withValue,
} from '../../../src/page/screens/start/model/request.ts';
import { fieldsOf, formOf } from '../../../src/page/screens/start/model/schema.ts';
import {
  fromText,
  jsonFault,
  paramsOfJson,
  toText,
  withParam,
} from '../../../src/page/screens/start/model/values.ts';

const tree = (text: string): JsonObject => {
  const parsed = parseJson(text);
  if (!isJsonObject(parsed)) throw new Error('no object');
  return parsed;
};

test.each([
  ['number', '9007199254740993'],
  ['number', '1.0'],
  ['number', '-0.10e5'],
  ['number', '1e'],
  ['number', 'ten'],
  ['text', ' 5 '],
  ['json', '[1, 2'],
  ['json', 'free text'],
] as const)('%s %s is read and written back as it was', (kind, text) => {
  expect(toText(kind, fromText(kind, text))).toBe(text);
});

it('reads numbers with their digits, and leaves what is none for the server', () => {
  expect(fromText('number', ' 9007199254740993 ')).toEqual(new JsonNumber('9007199254740993'));
  expect(fromText('number', '0x10')).toBe('0x10');
  expect(toText('json', '12')).toBe('"12"');
  expect(writeJson(fromText('json', toText('json', '12')))).toBe('"12"');
  expect(toText('json', parseJson('{"a":[1.0,{}],"b":[]}'))).toBe(
    '{\n  "a": [\n    1.0,\n    {}\n  ],\n  "b": []\n}',
  );
  expect(jsonFault('{"a" 1}')).toMatch(/colon.*line 1/);
  expect(jsonFault(' [1] ')).toBeUndefined();
});

it('takes a param out where its value is what runs anyway, and keeps an empty text over a default', () => {
  const entry = {
    params: tree('{"a":1.0,"t":"x"}'),
    params_schema: tree('{"properties":{"n":{"type":"string"}}}'),
    fixed_params: [],
  };
  const [n, a, t] = fieldsOf(formOf(entry));
  if (!n || !a || !t) throw new Error('three fields');
  const given = tree('{"a":2,"z":3}');
  expect(writeJson(withParam(given, a, new JsonNumber('1')))).toBe('{"z":3}');
  expect(writeJson(withParam(given, t, ''))).toBe('{"a":2,"z":3,"t":""}');
  expect(writeJson(withParam(given, n, ''))).toBe('{"a":2,"z":3}');
  expect(writeJson(withParam(given, a, undefined))).toBe('{"z":3}');
});

it('takes only an object for params', () => {
  expect(paramsOfJson('  ').size).toBe(0);
  expect(() => paramsOfJson('[1]')).toThrow('one object');
});

test.each([
  ['', undefined],
  ['90', '90'],
  ['90m', '5400'],
  ['2h 30min', '9000'],
  ['1d', '86400'],
  ['soon', '"soon"'],
  ['5 x', '"5 x"'],
])('a deadline of "%s" is %s', (text, written) => {
  const value = deadlineOf(text);
  expect(value && writeJson(value)).toBe(written);
});

it('changes a value deep in a request, and leaves no empty object behind', () => {
  const request = tree('{"pipeline":"a","container":{"image":"x"},"other":1}');
  expect(writeJson(withValue(request, ['container', 'resources', 'cpu'], '2'))).toBe(
    '{"pipeline":"a","container":{"image":"x","resources":{"cpu":"2"}},"other":1}',
  );
  expect(writeJson(withValue(request, ['container', 'image'], undefined))).toBe(
    '{"pipeline":"a","other":1}',
  );
});

it('is linked to with all digits, and back', () => {
  const request = tree(
    '{"pipeline":"rnaseq","pipeline_version":3,"lane":"night","priority":5,"deadline_seconds":60,"labels":{"a":"b","c":""},"target":"gpu","container":{"image":"x:1","args":["a"]},"params":{"x":12345678901234567890}}',
  );
  const params = request.get('params');
  if (!isJsonObject(params)) throw new Error('params');
  const link = linkOf(request, params);
  expect(link.labels).toBe('a=b,c=');
  const back = requestOfLink(link);
  expect(back.fault).toBeUndefined();
  expect(JSON.parse(writeJson(back.request))).toEqual(JSON.parse(writeJson(request)));
  expect(writeJson(back.request)).toContain('12345678901234567890');
  expect(requestOfLink({ pipeline: 'a', params: '{' }).fault).toMatch(/no JSON/);
  expect(requestOfLink({ pipeline: 'a', params: '[]' }).fault).toMatch(/no JSON object/);
});

it('keeps recent requests without secrets, each once', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
  } as Storage;
  const request = tree(
    '{"pipeline":"a","params":{"n":1.0,"login":"hush","my_token":"hush","deep":{"password":"hush","x":1}},"container":{"env":{"DB_SECRET":"hush","A":"b"},"secret_env":{"DB":{"secret":"s","key":"k"}}}}',
  );
  const clean = withoutSecrets(request, new Set(['login']));
  expect(writeJson(clean)).toBe(
    '{"pipeline":"a","params":{"n":1.0,"deep":{"x":1}},"container":{"env":{"A":"b"},"secret_env":{"DB":{"secret":"s","key":"k"}}}}',
  );
  for (let n = 0; n < 20; n += 1) remember(storage, 'k', { at: `t${n}`, request: clean });
  expect(readRecent(storage, 'k').map(({ at }) => at)).toEqual(['t19']);
  for (let n = 0; n < 20; n += 1)
    remember(storage, 'k', { at: `n${n}`, request: tree(`{"pipeline":"p${n}"}`) });
  expect(readRecent(storage, 'k')).toHaveLength(8);
  kept.set('k', 'no JSON');
  expect(readRecent(storage, 'k')).toEqual([]);
});

it('finds the place of an error', () => {
  const faults = [
    { field: 'params.reference.genome', message: 'must be a text' },
    { field: 'params."patient id"', message: 'is required' },
    { field: 'lane', message: 'is unknown' },
  ];
  expect(faultAt(faults, ['params', 'reference'])).toBe('genome must be a text');
  expect(faultAt(faults, ['params', 'patient id'])).toBe('is required');
  expect(faultAt(faults, ['target'])).toBeUndefined();
  const places = [['params'], ['params', 'patient id'], ['target']];
  expect(faults.map((fault) => placeOf(fault, places))).toEqual([
    ['params'],
    ['params', 'patient id'],
    undefined,
  ]);
});
