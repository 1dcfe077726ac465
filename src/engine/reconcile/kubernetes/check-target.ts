/** Asks the cluster of a target whether runs can go there now. Changes nothing. */

import {
  type CheckResult,
  RIGHTS,
  TARGET_CHECK_MS,
  type TargetCheck,
} from '../../../core/catalogue/target-check.ts';
import type { Target } from '../../../core/kinds/target.ts';
import { ClusterError, type ClusterProbe, type NamedObject } from '../../../ports/cluster.ts';
import type { World } from '../../../ports/world.ts';

type Finding = Omit<CheckResult, 'check'>;
type Ask = { readonly check: string; readonly find: () => Promise<Finding> };

const ok = (message: string): Finding => ({ status: 'ok', message });
const failed = (message: string): Finding => ({ status: 'failed', message });
const unknown = (message: string): Finding => ({ status: 'unknown', message });

/** The cluster's own words, as a sentence. */
const sentence = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(text) ? text : `${text}.`;
};
const has = (error: unknown, code: ClusterError['code']): boolean =>
  error instanceof ClusterError && error.code === code;

const MANIFESTS = '`kubectl apply -k k8s-manifests/runs` makes what runs need.';

/** Never rejects: what goes wrong is a finding. It takes `TARGET_CHECK_MS` at most. */
export async function checkTarget(world: World, target: Target): Promise<TargetCheck> {
  const { name, connection, namespace } = target;
  const limit = new AbortController();
  const late = world.clock
    .sleep(TARGET_CHECK_MS, limit.signal)
    .then(() => unknown(`No answer within ${TARGET_CHECK_MS / 1_000} s.`));
  const settle = async ({ check, find }: Ask): Promise<CheckResult> => {
    const found = find().catch((error: unknown) => unknown(sentence(error)));
    return { check, ...(await Promise.race([found, late])) };
  };
  const { probe } = world.clusters.connect(target);
  const began = world.clock.now();
  const first: Pick<TargetCheck, 'server_version' | 'answered_in_ms'>[] = [];
  const checks = [
    await settle({
      check: 'connection',
      find: () =>
        answers(probe, target, (server_version) =>
          first.push({ server_version, answered_in_ms: world.clock.now() - began }),
        ),
    }),
  ];
  if (first.length > 0)
    checks.push(await settle({ check: 'credentials', find: () => credentialsOf(probe, target) }));
  if (checks.length > 1 && checks.at(-1)?.status !== 'failed') {
    const asks = [...placeOf(probe, target), ...rightsOf(probe), ...objectsOf(probe, target)];
    checks.push(...(await Promise.all(asks.map(settle))));
  }
  limit.abort();
  const { server_version = null, answered_in_ms = null } = first[0] ?? {};
  const isOk = checks.every(({ status }) => status !== 'failed') && first.length > 0;
  return { target: name, connection, namespace, ok: isOk, server_version, answered_in_ms, checks };
}

async function answers(
  probe: ClusterProbe,
  { connection }: Target,
  note: (version: string) => void,
): Promise<Finding> {
  try {
    const version = await probe.version();
    note(version);
    return ok(`Kubernetes ${version} answers.`);
  } catch (error) {
    const advice = `Is the address of the connection ${connection} right, and is there a way to it from here?`;
    return failed(`${sentence(error)} ${advice}`);
  }
}

/** Every caller that the cluster knows may ask what it may do. */
async function credentialsOf(probe: ClusterProbe, { connection }: Target): Promise<Finding> {
  try {
    await probe.allows({ group: 'batch', resource: 'jobs', verb: 'list' });
    return ok('The cluster takes the credentials.');
  } catch (error) {
    if (!has(error, 'denied')) throw error;
    return failed(`${sentence(error)} Renew the credentials of the connection ${connection}.`);
  }
}

/** One question answers both: whether the namespace is there, and whether it takes Jobs. */
function placeOf(probe: ClusterProbe, { namespace }: Target): readonly Ask[] {
  let asked: Promise<unknown> | undefined;
  const refusal = (): Promise<unknown> =>
    (asked ??= probe.tryJob().then(
      () => null,
      (error: unknown) => error,
    ));
  return [
    {
      check: 'namespace',
      find: async () => {
        const error = await refusal();
        if (error === null || has(error, 'refused'))
          return ok(`The namespace ${namespace} is there.`);
        if (has(error, 'not_found'))
          return failed(`The namespace ${namespace} does not exist. ${MANIFESTS}`);
        if (/being terminated/.test(sentence(error)))
          return failed(`The namespace ${namespace} is being deleted.`);
        return unknown(sentence(error));
      },
    },
    {
      check: 'job',
      find: async () => {
        const error = await refusal();
        if (error === null) return ok('It takes a Job, as a dry run tells.');
        if (has(error, 'refused'))
          return failed(`It refuses every Job, or one like this: ${sentence(error)}`);
        return unknown(sentence(error));
      },
    },
  ];
}

const rightsOf = (probe: ClusterProbe): readonly Ask[] =>
  RIGHTS.map(({ group, resource, verbs }) => ({
    check: `rights.${resource}`,
    find: async () => {
      const answers = await Promise.all(
        verbs.map(async (verb) => ((await probe.allows({ group, resource, verb })) ? null : verb)),
      );
      const lacking = answers.filter((verb) => verb !== null);
      if (lacking.length === 0) return ok(`${verbs.join(', ')}: allowed.`);
      return failed(`Not allowed: ${lacking.join(', ')}. ${MANIFESTS}`);
    },
  }));

/** What the target names, each once. */
function objectsOf(probe: ClusterProbe, target: Target): readonly Ask[] {
  const { service_account, task_service_account, work_claim, plugins, namespace } = target;
  const wanted: readonly (readonly [string, NamedObject])[] = [
    ['service_account', { kind: 'ServiceAccount', name: service_account }],
    ['task_service_account', { kind: 'ServiceAccount', name: task_service_account }],
    ...claim('work_claim', work_claim),
    ...claim('plugins', plugins?.claim ?? null),
    ...secrets('secrets', target.secrets),
    ...secrets('image_pull_secrets', target.image_pull_secrets),
  ];
  return wanted.map(([check, object]) => ({ check, find: () => find(probe, namespace, object) }));
}

const claim = (check: string, name: string | null): (readonly [string, NamedObject])[] =>
  name === null ? [] : [[check, { kind: 'PersistentVolumeClaim', name }]];
const secrets = (
  check: string,
  names: readonly string[] = [],
): (readonly [string, NamedObject])[] =>
  names.map((name) => [`${check}.${name}`, { kind: 'Secret', name }]);

async function find(probe: ClusterProbe, namespace: string, object: NamedObject): Promise<Finding> {
  const { kind, name } = object;
  const tells = `\`kubectl get ${kind.toLowerCase()} ${name} -n ${namespace}\` tells.`;
  try {
    if (await probe.has(object)) return ok(`The ${kind} ${name} is there.`);
    return failed(
      `There is no ${kind} ${name} in the namespace ${namespace}: make it, or name another in the target.`,
    );
  } catch (error) {
    if (has(error, 'denied') || has(error, 'refused'))
      return unknown(`Sluice may not look at it, and need not: ${tells}`);
    throw error;
  }
}
