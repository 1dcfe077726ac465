/** Where runs of each kind leave files. */
import { expect, test } from 'vitest';
import { nextflowConfig } from '../../../../src/core/kinds/nextflow/config.ts';
import { reportSettings } from '../../../../src/core/kinds/nextflow/reports.ts';
import { Target } from '../../../../src/core/kinds/target.ts';
import { runFolders } from '../../../../src/core/runs/files/folders.ts';
import { fileKind } from '../../../../src/core/runs/files/view.ts';
import { containerLaunch, nextflowLaunch } from '../../support/launch.ts';

const run = { run_id: 'r01jqk3v9x2abcde', domain: 'default', attempt: 1 };
const FIRST = 'r01jqk3v9x2abcdz';
const target = Target.parse({ name: 'a', work_claim: 'work' });
// A launch has it, though its type does not say so.
const begun: object = { session: { id: 'b', folder: `runs/${FIRST}`, run_id: FIRST } };
const folders = (launch: ReturnType<typeof nextflowLaunch>) => {
  const { places, tasks } = runFolders({ run, launch, target });
  return { places: places.map(({ name, folder, at }) => [name, folder ?? at]), tasks };
};

test('a pipeline has its reports, and its output where it says or was started', () => {
  expect(folders(nextflowLaunch())).toEqual({
    places: [
      ['reports', 'runs/r01jqk3v9x2abcde/reports'],
      ['output', 'runs/r01jqk3v9x2abcde/results'],
    ],
    tasks: 'work',
  });
  expect(folders(nextflowLaunch({ source: 'nf-core/rnaseq' })).places[1]).toEqual([
    'output',
    'results/r01jqk3v9x2abcde',
  ]);
  expect(folders(nextflowLaunch({ work_dir: 's3://bucket/work' })).tasks).toBeNull();
  expect(folders(nextflowLaunch({ work_dir: 'tasks' })).tasks).toBe('runs/r01jqk3v9x2abcde/tasks');
});

test('one that continues another has reports of its own, and the output of their session', () => {
  expect(folders(nextflowLaunch(begun)).places).toEqual([
    ['reports', 'runs/r01jqk3v9x2abcde/reports'],
    ['output', `runs/${FIRST}/results`],
  ]);
  expect(folders(nextflowLaunch({ ...begun, source: 'nf-core/rnaseq' })).places[1]).toEqual([
    'output',
    `results/${FIRST}`,
  ]);
});

test('another kind has what its params name, below the work path', () => {
  expect(folders(containerLaunch()).places).toEqual([]);
  const params = '{"outdir": 7, "output-dir": "/workspace/a/b"}';
  expect(folders(containerLaunch({}, { params })).places).toEqual([['output', 'a/b']]);
});

test('reports are asked for, and leave the rest of the configuration as it is', () => {
  const asked = { ...run, target, own: { reports: true } };
  const plain = nextflowConfig({ ...run, target });
  expect(nextflowConfig({ ...run, target }, reportSettings({ ...asked, own: {} }))).toBe(plain);
  const added = nextflowConfig({ ...run, target }, reportSettings(asked)).slice(plain.length);
  expect(added.split('\n').slice(0, 2)).toEqual([
    'report.enabled = true',
    "report.file = '/workspace/runs/r01jqk3v9x2abcde/reports/report.html'",
  ]);
  const without = Target.parse({ name: 'a' });
  expect(reportSettings({ ...asked, target: without })).toEqual([]);
});

test.each([
  ['reports/report.html', 'report'],
  ['reports/trace.txt', 'trace'],
  ['output/pipeline_info/execution_report_2026-11-29_09-30-00.html', 'report'],
  ['output/pipeline_info/execution_trace_2026-11-29_09-30-00.txt', 'trace'],
  ['output/pipeline_info/pipeline_dag_2026-11-29_09-30-00.svg', 'dag'],
  ['output/qc/report.html', 'output'],
  ['output/execution_report.txt', 'output'],
])('%s is %s', (path, kind) => {
  expect(fileKind(path)).toBe(kind);
});
