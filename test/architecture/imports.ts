/** The imports of files, and the circles that they make. */
import { join } from 'node:path';

/** Static, type-only, side-effect and lazy imports, and re-exports. */
export function importsOf(text: string): string[] {
  const patterns = [
    /^(?:import|export)\s[\w*\s{},$]*?from '([^']+)'/gm,
    /^import '([^']+)'/gm,
    /\bimport\(\s*'([^']+)'/g,
  ];
  return patterns.flatMap((pattern) => Array.from(text.matchAll(pattern), ([, name = '']) => name));
}

/** Which files of `texts`, by path, each one imports. */
export function importGraph(
  texts: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const graph = new Map<string, readonly string[]>();
  for (const [path, text] of texts) {
    const targets = importsOf(text).filter((name) => name.startsWith('.'));
    graph.set(
      path,
      targets.map((name) => join(path, '..', name)).filter((to) => texts.has(to)),
    );
  }
  return graph;
}

/** The groups of files that reach each other by imports, each in the order of its paths (Tarjan's algorithm). */
export function circles(graph: ReadonlyMap<string, readonly string[]>): readonly string[][] {
  const found: string[][] = [];
  /** When a file was first visited, and the earliest file on the stack that it reaches. */
  const order = new Map<string, number>();
  const reach = new Map<string, number>();
  const stack: string[] = [];

  const visit = (path: string): void => {
    const own = order.size;
    order.set(path, own);
    reach.set(path, own);
    stack.push(path);
    for (const to of graph.get(path) ?? []) {
      if (!order.has(to)) visit(to);
      if (stack.includes(to))
        reach.set(path, Math.min(reach.get(path) ?? own, reach.get(to) ?? own));
    }
    if (reach.get(path) === own) {
      const group = stack.splice(stack.indexOf(path)).toSorted();
      if (group.length > 1 || graph.get(path)?.includes(path)) found.push(group);
    }
  };
  for (const path of graph.keys()) if (!order.has(path)) visit(path);
  return found;
}

/** Imports between the folders that lie directly in `folder`, each pair once, as `from -> to`. */
export function arrowsIn(
  folder: string,
  graph: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const roomOf = (path: string): string | undefined =>
    path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split('/')[0] : undefined;
  const arrows = new Set<string>();
  for (const [path, targets] of graph)
    for (const [from, to] of targets.map((target) => [roomOf(path), roomOf(target)]))
      if (from && to && from !== to) arrows.add(`${from} -> ${to}`);
  return [...arrows].toSorted();
}
