/** The graph of processes in the texts of several versions of Nextflow. */
import { expect, it } from 'vitest';
import { pathOf, placed } from '../../../src/page/screens/run/tasks/charts/layout.ts';
import { dagOf } from '../../../src/page/screens/run/tasks/model/dag.ts';

const NESTED = `flowchart TB
    subgraph " "
    v0["Channel.fromPath"]
    v5["versions"]
    end
    subgraph RNASEQ [RNASEQ]
    v1([FASTQC])
    subgraph RNASEQ::ALIGN [ALIGN]
    v3([STAR])
    v4([SORT])
    end
    v2(( ))
    end
    v6([MULTIQC])
    v0 --> v1
    v1 --> v2
    v2 -->|reads,index| v3
    v3 --> v4
    v1 --> v6
    v4 --> v2
    v4 --> v6
    v1 --> v5
`;

it('names processes by the workflows around them, and passes through what is no process', () => {
  expect(dagOf(NESTED)).toEqual({
    processes: ['RNASEQ:FASTQC', 'RNASEQ:ALIGN:STAR', 'RNASEQ:ALIGN:SORT', 'MULTIQC'],
    edges: [
      ['RNASEQ:FASTQC', 'MULTIQC'],
      ['RNASEQ:FASTQC', 'RNASEQ:ALIGN:STAR'],
      ['RNASEQ:ALIGN:STAR', 'RNASEQ:ALIGN:SORT'],
      ['RNASEQ:ALIGN:SORT', 'MULTIQC'],
      ['RNASEQ:ALIGN:SORT', 'RNASEQ:ALIGN:STAR'],
    ],
  });
});

it.each([
  ['subgraph ALIGN', 'ALIGN:STAR'],
  ['subgraph "ALIGN [ALIGN]"', 'ALIGN:STAR'],
  ['subgraph " "', 'STAR'],
])('reads %s', (subgraph, name) => {
  expect(dagOf(`flowchart TD\n${subgraph}\nv0([STAR])\nend`)?.processes).toEqual([name]);
});

it.each([
  '',
  'digraph { a -> b }',
  'flowchart TB\nv0["x"]\nv0 --> v1',
  `v1([${'x'.repeat(9_999)}])`,
])('finds no graph in %.40s', (text) => {
  expect(dagOf(text)).toBeUndefined();
});

it('places each process above those that take its outputs, also in a circle', () => {
  const dag = dagOf(NESTED);
  if (dag === undefined) throw new Error('it is a graph');
  const { nodes, edges, width, height } = placed(dag);
  const top = (name: string): number => nodes.find(({ process }) => process === name)?.y ?? -1;
  expect(top('RNASEQ:FASTQC')).toBeLessThan(top('RNASEQ:ALIGN:STAR'));
  expect(top('RNASEQ:ALIGN:STAR')).toBeLessThan(top('MULTIQC'));
  for (const { x, y } of nodes) expect(x >= 0 && y >= 0 && x < width && y < height).toBe(true);
  for (const { points } of edges) expect(pathOf(points)).toMatch(/^M[\d.]+ [\d.]+/);
});
