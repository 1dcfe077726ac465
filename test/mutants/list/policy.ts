/** Bugs of what callers may start, of quotas, and of the audit log. */
import type { Mutant } from '../list.ts';

export const POLICY: readonly Mutant[] = [
  {
    name: 'a change of the target changes the image of an accepted script',
    tests: ['policy'],
    file: 'src/engine/commands/plan.ts',
    find: 'return { ...continued.value, launch, target, lane,',
    replace: 'return { ...continued.value, target, lane,',
  },
  {
    name: 'an empty revision takes that of the entry away',
    tests: ['policy'],
    file: 'src/core/kinds/keys.ts',
    find: "part === 'request' && own.includes(alias) ? asks(value) : isGiven(value)",
    replace: 'isGiven(value)',
  },
  {
    name: 'a request changes what an entry has fixed',
    tests: ['policy', 'no-such-pipeline', 'lane-names', 'target-guard'],
    file: 'src/engine/commands/launch.ts',
    find: 'if (entry && told) refusals.take(() => assertFixed(request, told, entry));',
    replace: '',
  },
  {
    name: 'the policy looks at the container of the request, not at what runs',
    tests: ['policy', 'no-such-pipeline', 'lane-names', 'target-guard'],
    file: 'src/engine/commands/plan.ts',
    find: 'assertAllowed(policy, nearly, target)',
    replace:
      'assertAllowed(policy, { ...nearly, [nearly.kind]: request[nearly.kind] ?? {} }, target)',
  },
  {
    name: 'the policy does not look at the image that a target gives to scripts',
    tests: ['policy'],
    file: 'src/engine/commands/plan.ts',
    find: 'assertAllowed(policy, nearly, target)',
    replace: 'assertAllowed(policy, merged, target)',
  },
  {
    name: 'a name that is not in the catalogue starts a pipeline of Nextflow',
    tests: ['policy', 'no-such-pipeline', 'lane-names', 'target-guard'],
    file: 'src/engine/commands/plan.ts',
    find: '!current && namesEntry(request)',
    replace: '!current && namesEntry(request) && asked.launchOnly',
  },
  {
    name: 'the scope launch changes what an entry leaves to the scope run',
    tests: ['launch-scope'],
    file: 'src/engine/commands/launch.ts',
    find: 'runsPipeline || Object.keys(own).every(isListed)',
    replace:
      'runsPipeline || Object.keys(own).every((name) => isListed(name) || entry.overridable.includes(kind))',
  },
  {
    name: 'a version that was deleted with its entry is started',
    tests: ['start-version'],
    file: 'src/engine/catalogue/versions.ts',
    find: 'if (body === undefined || number < since) return undefined;',
    replace: 'if (body === undefined || since < 0) return undefined;',
  },
  {
    name: 'every domain has the target default',
    tests: ['policy', 'no-such-pipeline', 'lane-names', 'target-guard'],
    file: 'src/engine/catalogue/catalogue.ts',
    find: 'domain === DEFAULT_DOMAIN && name === DEFAULT_TARGET',
    replace: 'domain !== undefined && DEFAULT_DOMAIN !== undefined && name === DEFAULT_TARGET',
  },
  {
    name: 'a target is moved away from under runs that have their Job',
    tests: ['policy', 'no-such-pipeline', 'lane-names', 'target-guard'],
    file: 'src/engine/store/index-store.ts',
    find: '...(isOver(shelf) ? [] : [{ target }]),',
    replace: "...(shelf === 'queued' ? [{ target }] : []),",
  },
  {
    name: 'an entry is deleted in whatever version it is by then',
    tests: ['precondition'],
    file: 'src/engine/catalogue/entry-store.ts',
    find: "{ op: 'replace', key, values: { deleted: true, version, oldest }, etag }",
    replace: "{ op: 'put', key, values: { deleted: true, version, oldest } }",
  },
  {
    name: 'a deleted entry takes the count of its versions with it',
    tests: ['versions'],
    file: 'src/engine/catalogue/entry-store.ts',
    find: 'const write: Write = versioned',
    replace: 'const write: Write = versioned && version === 0',
  },
  {
    name: 'the oldest version is thrown away too early',
    tests: ['versions'],
    file: 'src/engine/catalogue/entry-store.ts',
    find: 'Math.max(first, next - VERSIONS_KEPT + 1)',
    replace: 'Math.max(first, next - VERSIONS_KEPT + 2)',
  },
];

export const QUOTAS: readonly Mutant[] = [
  {
    name: 'starts at once pass a quota of runs together',
    tests: ['run-quotas'],
    file: 'src/engine/lanes/quota.ts',
    find: 'use.counted.own[quota] += 1;',
    replace: '',
  },
  {
    name: 'a lane that is made wider admits waiting runs above the quota',
    tests: ['run-quotas'],
    file: 'src/engine/lanes/lane-fill.ts',
    find: 'await admissible(world, domain, Math.min(room(lane), left), freed)',
    replace: 'Math.min(room(lane), left, freed + left)',
  },
  {
    name: 'above a lowered quota every run that ends is replaced',
    tests: ['run-quotas'],
    file: 'src/engine/lanes/quota.ts',
    find: 'if (live > limit) return 0;',
    replace: '',
  },
  {
    name: 'a used up quota of the log is told with every batch of lines',
    tests: ['log-quota'],
    file: 'src/engine/reconcile/kubernetes/log-lines.ts',
    find: 'const told = run.log_quota_day === day;',
    replace: 'const told = run.log_quota_day === day && !day;',
  },
  {
    name: 'bytes of a log are counted twice when an instance ends while it saves them',
    tests: ['log-quota'],
    file: 'src/engine/store/domains/log-usage.ts',
    find: 'counter.own = 0;',
    replace: 'await Promise.resolve(); counter.own = 0;',
  },
  {
    name: 'a day of the audit log is listed nowhere',
    tests: ['audit'],
    file: 'src/engine/access/audit.ts',
    find: 'await listPartition(world, domain, day);',
    replace: '',
  },
  {
    name: 'refusals of unknown callers take the place of known ones in the audit log',
    tests: ['refusals'],
    file: 'src/engine/access/refusals.ts',
    find: 'isUnknown(refusal) ? state.unknown : state.known',
    replace: 'state.known',
  },
  {
    name: 'counts of refusals whose write failed are forgotten',
    tests: ['refusals'],
    file: 'src/engine/access/refusals.ts',
    find: '(isStored(each) || folded.size > max)',
    replace: 'true',
  },
];
