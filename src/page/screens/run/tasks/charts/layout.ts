/** Places for the nodes of a graph, in layers from top to bottom. */
import { Graph, layout } from '@dagrejs/dagre';
import type { Dag } from '../model/dag.ts';

export type Point = { readonly x: number; readonly y: number };

export type Placed = {
  readonly width: number;
  readonly height: number;
  /** Top left corners, in pixels. */
  readonly nodes: readonly (Point & { readonly process: string })[];
  readonly edges: readonly { readonly key: string; readonly points: readonly Point[] }[];
};

/** As in `graph.css`. */
export const NODE_PX = { width: 208, height: 58 } as const;

export function placed({ processes, edges }: Dag): Placed {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 20, ranksep: 44, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const process of processes) graph.setNode(process, { ...NODE_PX });
  for (const [from, to] of edges) graph.setEdge(from, to);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    nodes: processes.map((process) => {
      const { x, y } = graph.node(process);
      return { process, x: x - NODE_PX.width / 2, y: y - NODE_PX.height / 2 };
    }),
    edges: edges.map(([from, to]) => ({
      key: `${from} ${to}`,
      points: graph.edge(from, to).points ?? [],
    })),
  };
}

/** A smooth line through points, as a path of SVG. */
export function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return '';
  const bends = rest.slice(0, -1).map((point, at) => {
    const next = rest[at + 1] ?? last;
    return `Q${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`;
  });
  return `M${first.x} ${first.y}${bends.join('')}L${last.x} ${last.y}`;
}
