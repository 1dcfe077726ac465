/** Params with their digits, as a table, JSON and YAML. */
import { expect, it } from 'vitest';
import { documentsOf } from '../../../src/cli/files/params.ts';
import { parseJson } from '../../../src/core/json/text.ts';
import { prettyJson, writeJson } from '../../../src/core/json/write.ts';
import { paramsIn, rowsOf, yamlOf } from '../../../src/page/screens/run/tabs/params-text.ts';

const PARAMS =
  '{"id":12345678901234567890,"ratio":1.0,"tiny":1e-400,"name":"12","yes":"true","none":null,"flag":false,"empty":{},"list":[1,[],{"a":"b\\nc"}],"<img onerror=x>":"# no comment"}';
const run = `{"run_id":"x","params":${PARAMS},"request":{"pipeline":"p","params":{"id":12345678901234567890,"list":[1,[],{"a":"b\\nc"}]}}}`;

it('marks what the entry gave', () => {
  const rows = rowsOf(paramsIn(run));
  expect(rows.filter(({ from }) => from === 'sent').map(({ name }) => name)).toEqual([
    'id',
    'list',
  ]);
  expect(rows.find(({ name }) => name === 'id')?.value).toBe('12345678901234567890');
  expect(rows.find(({ name }) => name === 'ratio')).toEqual({
    name: 'ratio',
    value: '1.0',
    from: 'default',
  });
  const both = '{"params":{"o":{"a":1,"b":2}},"request":{"params":{"o":{"a":1}}}}';
  expect(rowsOf(paramsIn(both))[0]?.from).toBe('merged');
});

it('copies JSON that is the same value, digit by digit', () => {
  const { merged } = paramsIn(run);
  expect(writeJson(parseJson(prettyJson(merged)))).toBe(PARAMS);
});

it('copies YAML that the command line reads as the same value', async () => {
  const { merged } = paramsIn(run);
  const [read] = documentsOf(await yamlOf(merged), 'yaml');
  expect(writeJson(read)).toBe(PARAMS);
});

it('is empty where nothing was sent and nothing is told', () => {
  expect(rowsOf(paramsIn('{}'))).toEqual([]);
  expect(rowsOf(paramsIn('{"params":{},"request":{"pipeline":"p"}}'))).toEqual([]);
});
