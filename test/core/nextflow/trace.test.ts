/** Readers of what Nextflow tells of tasks: any version's values, and any junk. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consoleNews, consoleReport } from '../../../src/core/nextflow/trace/console-report.ts';
import { dagText } from '../../../src/core/nextflow/trace/dag.ts';
import { taskReport } from '../../../src/core/nextflow/trace/task-report.ts';
import { TOWER_CALLS, towerNews } from '../../../src/core/nextflow/trace/tower.ts';
import { traceFileReader } from '../../../src/core/nextflow/trace/trace-file.ts';
import { countOf, exitOf, timeOf } from '../../../src/core/nextflow/trace/values.ts';
import { weblogNews } from '../../../src/core/nextflow/trace/weblog.ts';
import { isSilent } from '../../../src/core/tasks/report.ts';
import { joinFacts } from '../../../src/core/tasks/trace-state.ts';

const NOW = Date.parse('2026-11-20T16:54:30.000Z');

describe('values', () => {
  test.each([
    [1_024, 1_024],
    ['1024', 1_024],
    ['1.5 GB', 1.5 * 1024 ** 3],
    ['24.7%', 24.7],
    ['3m 20s', 200_000],
    ['250ms', 250],
    ['1h', 3_600_000],
    ['0', 0],
    ['-', null],
    ['', null],
    [-3, null],
    ['-3', null],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
    ['9'.repeat(400), null],
    [1.7e308, null],
    ['1e16', null],
    [1e15, 1e15],
    [null, null],
    [{}, null],
    ['12 apples', null],
  ])('the count %j is %j', (given, wanted) => {
    expect(countOf(given)).toBe(wanted);
  });

  test.each([
    [0, 0],
    ['143', 143],
    // Java's greatest number: there is none.
    [2_147_483_647, null],
    ['-', null],
    [-1, null],
    [1.5, null],
  ])('the exit status %j is %j', (given, wanted) => {
    expect(exitOf(given)).toBe(wanted);
  });

  test.each([
    [NOW, '2026-11-20T16:54:30.000Z'],
    [String(NOW), '2026-11-20T16:54:30.000Z'],
    ['2026-11-20T16:54:30.643184465Z', '2026-11-20T16:54:30.643Z'],
    ['2026-11-20T17:54:30+01:00', '2026-11-20T16:54:30.000Z'],
    ['2026-11-20 16:54:30.123', '2026-11-20T16:54:30.123Z'],
    [0, null],
    ['0', null],
    ['-', null],
    [-5, null],
    [8.64e15, null],
    ['2026-13-45T99:99:99Z', null],
    [{ year: 2026 }, null],
  ])('the time %j is %j', (given, wanted) => {
    expect(timeOf(given)).toBe(wanted);
  });
});

describe('a report', () => {
  const told = { task_id: 3, status: 'RUNNING', name: 'A:B (x (1))' };

  test('has process and tag by its name where nobody says them', () => {
    const report = taskReport(told, 'trace', NOW);
    expect(report).toMatchObject({ id: 3, process: 'A:B', tag: 'x (1)', attempt: 1, exit: null });
  });

  test('never has an environment', () => {
    const report = taskReport({ ...told, env: 'TOKEN=abc123' }, 'trace', NOW);
    expect(JSON.stringify(report)).not.toContain('abc123');
  });

  test('has the hash of its work folder where nobody says it', () => {
    const workdir = `/w/ab/${'cdef12'.padEnd(30, '0')}`;
    expect(taskReport({ ...told, workdir }, 'trace', NOW)?.hash).toBe('ab/cdef12');
  });

  test.each([
    ['a status that is new', { ...told, status: 'DREAMING' }],
    ['no status', { task_id: 3 }],
    ['neither number nor hash', { status: 'RUNNING', name: 'A' }],
    ['a number that no key can hold', { ...told, task_id: 1_000_000_000 }],
  ])('is none with %s', (_, fields) => {
    expect(taskReport(fields, 'trace', NOW)).toBeNull();
  });
});

describe('calls', () => {
  test('params, configuration and secrets of a run stay out', () => {
    const workflow = { params: { key: 'abc123' }, configText: 'abc123', sessionId: 's' };
    for (const call of TOWER_CALLS) {
      const news = towerNews(call, { workflow, sessionId: 's', instant: NOW });
      expect(JSON.stringify(news)).not.toContain('abc123');
    }
    const metadata = { workflow, parameters: { key: 'abc123' } };
    const news = weblogNews({ event: 'started', utcTime: '2026-11-20T16:54:30Z', metadata });
    expect(news.facts?.session_id).toBe('s');
    expect(JSON.stringify(news)).not.toContain('abc123');
  });

  test('of their counters only stored outputs are believed, and never a negative number', () => {
    const processes = [
      { index: 1, name: 'A', running: -3, stored: 4, succeeded: 9 },
      { index: 2, name: 'B', stored: -1 },
    ];
    expect(towerNews('progress', { progress: { processes } }).processes).toEqual([
      { name: 'A', index: 1, stored: 4 },
      { name: 'B', index: 2, stored: 0 },
    ]);
  });

  test('a name that every object has is no event and no status', () => {
    const names = [...Object.getOwnPropertyNames(Object.prototype), 'prototype', 'then', '\u0000'];
    const metadata = { workflow: { sessionId: 's' } };
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...names), fc.string()), (name) => {
        fc.pre(!['started', 'completed'].includes(name.trim()));
        const trace = { task_id: 1, status: name };
        expect(isSilent(weblogNews({ event: name, metadata, trace }))).toBe(true);
        expect(towerNews('progress', { tasks: [{ taskId: 1, status: name }] }).tasks).toEqual([]);
      }),
    );
  });

  test('their text has no character that takes more than three bytes as JSON, but for quotes', () => {
    const junk = fc.string({ unit: fc.constantFrom('\u0001', '\u0085', '\uD800', '𝄞', 'a', '\n') });
    fc.assert(
      fc.property(junk, (text) => {
        const fields = { task_id: 1, status: 'RUNNING', name: `P${text}`, tag: text, script: text };
        const { script, ...report } = taskReport(fields, 'trace', NOW) ?? {};
        expect(JSON.stringify(report)).not.toContain('\\');
        expect(JSON.stringify(script)).not.toContain('\\u');
        const console = `Launching \`https://x/${text.replaceAll('\n', '')}\` [a-b] - revision: 1`;
        expect(JSON.stringify(consoleNews(console, NOW))).not.toContain('\\');
      }),
    );
    const script = 'set -e\n\techo \u0007hi';
    expect(taskReport({ task_id: 1, status: 'NEW', script }, 'trace', NOW)?.script).toBe(
      'set -e\n\techo  hi',
    );
  });

  test('nothing that they hold breaks the readers', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TOWER_CALLS), fc.jsonValue(), (call, value) => {
        const keys = ['tasks', 'workflow', 'progress', 'metrics', 'dag', 'processNames', 'trace'];
        const spread = Object.fromEntries(keys.map((key) => [key, value]));
        const nested = { tasks: [value], metrics: [value], progress: { processes: [value] } };
        for (const body of [value, spread, nested]) {
          towerNews(call, body);
          weblogNews(body);
        }
      }),
    );
    expect(isSilent(towerNews('heartbeat', undefined))).toBe(true);
    expect(isSilent(weblogNews('junk'))).toBe(true);
  });

  test('any values in place of those of a task break nothing, and give what can be stored', () => {
    const value = fc.oneof(fc.jsonValue(), fc.double(), fc.string({ unit: 'binary' }));
    const names = ['hash', 'name', 'tag', 'submit', 'exit', 'cpus', 'memory', 'workdir', 'module'];
    fc.assert(
      fc.property(fc.tuple(...names.map(() => value)), (values) => {
        const given = Object.fromEntries(names.map((name, at) => [name, values[at]]));
        const report = taskReport({ ...given, task_id: 1, status: 'RUNNING' }, 'trace', NOW);
        expect(JSON.parse(JSON.stringify(report))).toEqual(report);
      }),
    );
  });
});

describe('a graph', () => {
  test('is Mermaid text, whatever names its parts have', () => {
    const edges = [
      { from: 'a', to: 'b' },
      { source: 'b', target: 'x' },
    ];
    const vertices = [{ id: 'a', label: 'Say "hi"' }, { id: 'b' }];
    expect(dagText({ vertices, edges })).toBe(
      'flowchart TB\n  n0["Say #quot;hi#quot;"]\n  n1["b"]\n  n0 --> n1',
    );
    expect(dagText('flowchart LR\n  a --> b\n')).toBe('flowchart LR\n  a --> b');
    const long = Array.from({ length: 2_000 }, (_, at) => ({ id: at, label: '"'.repeat(120) }));
    expect(dagText({ vertices: long })).toBeNull();
    for (const none of [null, '', {}, [], { nodes: 'x' }]) expect(dagText(none)).toBeNull();
  });
});

describe('the trace file', () => {
  test('is read by its header, whatever columns it has', () => {
    const reader = traceFileReader();
    expect(reader.line('1\tab/cdef12\tCOMPLETED')).toBeNull();
    expect(reader.line('task_id\thash\tstatus\tnew_column\trealtime')).toBeNull();
    const report = reader.line('1\tab/cdef12\tCOMPLETED\tx\t1.5s\r\n');
    expect(report).toMatchObject({
      id: 1,
      hash: 'ab/cdef12',
      status: 'succeeded',
      realtime_ms: 1_500,
    });
    // A row that was cut off, or is none.
    for (const line of ['2\tab/cdef12\tCOMP', '', 'tail: file truncated'])
      expect(reader.line(line)).toBeNull();
    expect(traceFileReader(reader.header).line('2\tab/cdef13\tCACHED\t-\t-')).toMatchObject({
      id: 2,
      status: 'cached',
      realtime_ms: null,
    });
  });

  test('no line breaks it', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.string()).map((all) => all.join('\t')),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const reader = traceFileReader(['task_id', 'status']);
        for (const each of lines) reader.line(each);
      }),
    );
  });
});

describe('the console', () => {
  test.each([
    ['[ab/cdef12] Submitted process > A:B (x)', { status: 'submitted', process: 'A:B', tag: 'x' }],
    ['[ab/cdef12] Re-submitted process > A', { status: 'submitted', process: 'A', tag: null }],
    ['[ab/cdef12] Cached process > A (1)', { status: 'cached', submitted_at: null }],
    [
      '[ab/cdef12] NOTE: Process `A (1)` terminated with an error exit status (137) -- Execution is retried (1)',
      { status: 'failed', error_action: 'retry', exit: 137, name: 'A (1)' },
    ],
    [
      '[ab/cdef12] NOTE: Process `A` failed -- Error is ignored',
      { status: 'failed', error_action: 'ignore', exit: null },
    ],
    [
      '[ab/cdef12] NOTE: Missing output file(s) `x.txt` expected by process `A (2)` -- Error is ignored',
      { status: 'failed', error_action: 'ignore', exit: null, tag: '2' },
    ],
  ])('%s', (line, wanted) => {
    expect(consoleReport(line, NOW)).toMatchObject({ id: null, hash: 'ab/cdef12', ...wanted });
  });

  test('tells version, name and commit of the run', () => {
    const line =
      'Launching `https://github.com/nf-core/demo` [mad_euler] DSL2 - revision: 5a1c2b3d [1.0.1]';
    expect(consoleNews(line, NOW)?.facts).toMatchObject({
      run_name: 'mad_euler',
      commit_id: '5a1c2b3d',
      revision: '1.0.1',
    });
    const script = 'Launching `/p/main.nf` [x] DSL2 - revision: 0d0941e77a';
    expect(consoleNews(script, NOW)?.facts).toMatchObject({ run_name: 'x', commit_id: null });
    expect(consoleNews(' N E X T F L O W   ~  version 25.10.2', NOW)?.facts).toBeFalsy();
    expect(consoleNews('N E X T F L O W  ~  version 25.10.2', NOW)?.facts).toMatchObject({
      nextflow_version: '25.10.2',
    });
    expect(consoleNews('hello', NOW)).toBeNull();
    // Both lines in one read of the log.
    const [version, name] = ['N E X T F L O W  ~  version 25.10.2', script].map(
      (text) => consoleNews(text, NOW)?.facts ?? null,
    );
    for (const both of [
      joinFacts(version ?? null, name ?? null),
      joinFacts(name ?? null, version ?? null),
    ])
      expect(both).toMatchObject({ stage: 1, nextflow_version: '25.10.2', run_name: 'x' });
  });
});
