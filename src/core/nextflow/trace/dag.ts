/** The graph of processes that newer versions of Nextflow send, as Mermaid text. */
import { fieldsOf, isFields, listOf, textOf } from './values.ts';

/** Characters of the text: a graph that is larger cannot be looked at. */
export const DAG_CHARS_MAX = 200_000;
const NODES_MAX = 2_000;
const EDGES_MAX = 4 * NODES_MAX;
const LABEL_MAX = 120;

const first = (value: unknown, names: readonly string[]): string | null => {
  const fields = fieldsOf(value);
  return names.map((name) => textOf(fields[name], LABEL_MAX)).find((text) => text !== null) ?? null;
};

/** Text as it is; of an object its nodes and edges, whatever names they have. Null where nothing can be drawn. */
export function dagText(dag: unknown): string | null {
  if (typeof dag === 'string')
    return dag.trim() === '' || dag.length > DAG_CHARS_MAX ? null : dag.trim();
  if (!isFields(dag)) return null;
  const nodes = listOf(dag['vertices'] ?? dag['nodes'], NODES_MAX);
  const ids = new Map<string, string>();
  const lines: string[] = [];
  for (const node of nodes) {
    const id = first(node, ['id', 'name', 'label']);
    if (id === null || ids.has(id)) continue;
    ids.set(id, `n${ids.size}`);
    const label = (first(node, ['label', 'name', 'id']) ?? id).replaceAll('"', '#quot;');
    lines.push(`  ${ids.get(id)}["${label.replaceAll(/[\r\n]+/g, ' ')}"]`);
  }
  for (const edge of listOf(dag['edges'], EDGES_MAX)) {
    const from = ids.get(first(edge, ['from', 'source']) ?? '');
    const to = ids.get(first(edge, ['to', 'target']) ?? '');
    if (from !== undefined && to !== undefined) lines.push(`  ${from} --> ${to}`);
  }
  const text = ['flowchart TB', ...lines].join('\n');
  return ids.size === 0 || text.length > DAG_CHARS_MAX ? null : text;
}
