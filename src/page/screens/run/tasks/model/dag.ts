/** The graph of processes, from the Mermaid text in which Nextflow sends it. What is no process is passed through. */

export type Dag = {
  /** Names of processes, fully qualified, in the order of the text. */
  readonly processes: readonly string[];
  /** From a process to one that takes its outputs. */
  readonly edges: readonly (readonly [from: string, to: string])[];
};

// The text is a program's, but it comes over the network: each line is short, or it is none of these.
const LINE_MAX = 2_000;
const SUBGRAPH = /^subgraph\s+(.+)$/;
const TITLE = /\[([^\]]*)\]"?$/;
const PROCESS = /^(\w+)\(\["?([^\]"]+)"?\]\)$/;
const EDGE = /^(\w+)\s*-->\s*(?:\|[^|]*\|\s*)?(\w+)$/;

/** A workflow's own name; empty for the groups of inputs and outputs. */
function titleOf(text: string): string {
  const title = TITLE.exec(text)?.[1] ?? text.replaceAll('"', '');
  return title.trim();
}

type Vertices = {
  readonly processes: Map<string, string>;
  readonly next: Map<string, string[]>;
};

function read(text: string): Vertices {
  const processes = new Map<string, string>();
  const next = new Map<string, string[]>();
  const within: string[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line.length > LINE_MAX) continue;
    const subgraph = SUBGRAPH.exec(line);
    const [, id, label] = PROCESS.exec(line) ?? [];
    const [, from, to] = EDGE.exec(line) ?? [];
    if (subgraph) within.push(titleOf(subgraph[1] ?? ''));
    else if (line === 'end') within.pop();
    else if (id !== undefined && label !== undefined)
      processes.set(id, [...within, label.trim()].filter((name) => name !== '').join(':'));
    else if (from !== undefined && to !== undefined) {
      const known = next.get(from);
      if (known) known.push(to);
      else next.set(from, [to]);
    }
  }
  return { processes, next };
}

/** Processes that are reached from a vertex without passing another one. */
function reached({ processes, next }: Vertices, from: string): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const open = [...(next.get(from) ?? [])];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const name = processes.get(id);
    if (name === undefined) open.push(...(next.get(id) ?? []));
    else found.add(name);
  }
  return found;
}

/** Undefined for a text without processes. */
export function dagOf(text: string): Dag | undefined {
  const vertices = read(text);
  if (vertices.processes.size === 0) return undefined;
  const edges = new Map<string, readonly [string, string]>();
  for (const [id, from] of vertices.processes)
    for (const to of reached(vertices, id)) if (to !== from) edges.set(`${from} ${to}`, [from, to]);
  return { processes: [...new Set(vertices.processes.values())], edges: [...edges.values()] };
}
