/** Marks entries of the catalogue that cannot run on their target. */

import type { Pipeline } from '../../core/catalogue/entry.ts';
import { kindOf, ownOf } from '../../core/kinds/all.ts';
import { DEFAULT_CONNECTION } from '../../core/names.ts';
import type { World } from '../../ports/world.ts';
import { targets } from './catalogue.ts';

function whyNot(entry: Pipeline, hasProgram: (program: string) => boolean): string | null {
  const program = kindOf(entry.kind).program(ownOf(entry));
  if (program === undefined)
    return 'The entry names no command, and the local emulator runs no images; use --kubeconfig.';
  // The value of a variable is known only when the container is made.
  if (program.includes('$(') || hasProgram(program)) return null;
  return `There is no \`${program}\` on this machine, and the local emulator runs no images; use --kubeconfig.`;
}

/**
 * Entries with their current `runnable`. Real clusters pull images, so only entries that go to the local emulator are
 * marked.
 */
export async function markRunnable(
  world: World,
  domain: string,
  entries: readonly Pipeline[],
): Promise<Pipeline[]> {
  const { hasProgram } = world;
  if (hasProgram === undefined) return [...entries];
  const listed = await targets.list(world, domain);
  const elsewhere = new Set(
    listed
      .filter(({ value }) => value.connection !== DEFAULT_CONNECTION)
      .map(({ value }) => value.name),
  );
  return entries.map((entry) => {
    const reason = elsewhere.has(entry.target) ? null : whyNot(entry, hasProgram);
    return { ...entry, runnable: reason === null, not_runnable_reason: reason };
  });
}
