/** Bugs of the first dispatch. */
import type { Mutant } from '../list.ts';

export const DISPATCH: readonly Mutant[] = [
  {
    name: 'each start sends a message of its own',
    tests: ['dispatch'],
    file: 'src/engine/reconcile/dispatch.ts',
    find: 'if (!line.next || line.next.runIds.length >= DISPATCHES_PER_MESSAGE) {',
    replace: 'if (!line.next || line.next.runIds.length >= 1) {',
  },
  {
    name: 'dispatches by message run in front of answers',
    tests: ['dispatch'],
    file: 'src/engine/reconcile/dispatch.ts',
    find: 'loadOf(world).starts > STARTS_AT_ONCE && world.clock.now() < until',
    replace: 'world.clock.now() < 0',
  },
  {
    name: 'a copy of the world is taken for another instance',
    tests: ['one-instance', 'dispatch'],
    file: 'src/engine/store/per-instance.ts',
    find: 'return ({ instance }) => {',
    replace: 'return (instance) => {',
  },
  {
    name: 'a start waits for the cluster however many are under way',
    tests: ['dispatch', 'target-trouble'],
    file: 'src/engine/reconcile/dispatch.ts',
    find: 'loadOf(world).starts > STARTS_AT_ONCE || !keepsUp',
    replace: 'isResting(world, line)',
  },
  {
    name: 'a start waits for the cluster as long as that takes',
    tests: ['dispatch', 'target-trouble'],
    file: 'src/engine/reconcile/dispatch.ts',
    find: 'await atMost(world, DISPATCH_WAIT_MS, settled);',
    replace: 'await settled;',
  },
  {
    name: 'dispatches to all targets share their turns',
    tests: ['dispatch', 'target-trouble'],
    file: 'src/engine/reconcile/dispatch.ts',
    find: 'const key = `${domain}.${target}`;',
    replace: 'const key = `${domain}.${target}`.slice(0, 0);',
  },
  {
    name: 'each dispatch that waits tries a target in trouble again',
    tests: ['dispatch', 'target-trouble'],
    file: 'src/engine/reconcile/dispatch.ts',
    find: 'line.restUntil = world.clock.now() + DISPATCH_REST_MS;\n  line.waiting.length = 0;',
    replace: '',
  },
  {
    name: 'an instance that ends loses the dispatches that wait in it',
    tests: ['dispatch', 'target-trouble'],
    file: 'src/engine/reconcile/dispatch.ts',
    find: 'await Promise.all(left.map((runId) => ask(world, line, message, runId)));',
    replace: '',
  },
];
