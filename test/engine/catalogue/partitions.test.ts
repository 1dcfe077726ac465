/** What the catalogue holds of a domain: each sort in a partition of its own. */
import { expect, test } from 'vitest';
import { POLICIES } from '../../../src/core/access/policy.ts';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { Target } from '../../../src/core/kinds/target.ts';
import { createToken, listTokens } from '../../../src/engine/access/tokens.ts';
import { pipelines, targets } from '../../../src/engine/catalogue/catalogue.ts';
import { writePolicy } from '../../../src/engine/catalogue/policy.ts';
import { noteReachability, targetFigures } from '../../../src/engine/catalogue/reachability.ts';
import { listLane, readLaneNames } from '../../../src/engine/lanes/lane-names.ts';
import { memoryWorld } from '../../support/world.ts';

const domain = 'default';

test('a list of one sort reads no other', async () => {
  const { world, store } = memoryWorld();
  const entry = Pipeline.parse({ name: 'flow', kind: 'nextflow', source: 'org/flow' });
  await pipelines.create(world, domain, entry);
  await targets.create(world, domain, Target.parse({ name: 'big' }));
  const token = { name: 'ci', scopes: ['read'], expiresAt: null, createdBy: 'root' } as const;
  await createToken(world, { domain, ...token });
  await listLane(world, domain, 'alpha');
  await writePolicy(world, domain, POLICIES.open);
  await noteReachability(world, domain, 'big', { problem: 'is away', ofRight: false });

  const holders = new Set(store.dump('catalogue').map(({ partition }) => partition));
  expect(holders.size).toBe(6);
  const lists: Readonly<Record<string, () => Promise<unknown>>> = {
    'default.pipelines': () => pipelines.list(world, domain),
    'default.targets': () => targets.list(world, domain),
    'default.tokens': () => listTokens(world, domain),
    'default.lanes': () => readLaneNames(world, domain),
    'default.reachability': () => targetFigures(world, domain),
  };
  const { list, read } = store;
  for (const [partition, ask] of Object.entries(lists)) {
    const seen: string[] = [];
    store.list = (...args) => (seen.push(args[1]), list(...args));
    store.read = (...args) => (seen.push(args[1]), read(...args));
    await ask();
    expect([...new Set(seen)]).toEqual([partition]);
  }
});
