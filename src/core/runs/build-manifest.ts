/** Builds the Kubernetes objects of an attempt from its launch and target. Pure. */

import { kindOf, ownOf } from '../kinds/all.ts';
import {
  CONFIG_PATH,
  type Json,
  PARAMS_FILE,
  type Plan,
  type TraceAccess,
  type TraceReader,
} from '../kinds/kind.ts';
import { type SecretParts, secretParts } from '../kinds/secret-env.ts';
import type { Target } from '../kinds/target.ts';
import {
  ATTEMPT_LABEL,
  CONFIG_VOLUME,
  type ConfigFile,
  DOMAIN_LABEL,
  type JobManifest,
  RUN_LABEL,
  TRACE_TOKEN_ANNOTATION,
} from '../kubernetes/manifest.ts';
import { DEADLINE_MARGIN_SECONDS, DRIVER_GRACE_SECONDS, JOB_TTL_SECONDS } from '../limits.ts';
import { DRIVER_CONTAINER, TRACE_CONTAINER } from '../names.ts';
import type { DriverView } from './dry-run.ts';
import { literal, podSecurity } from './files/pod.ts';
import type { Launch } from './request.ts';

export type JobInput = {
  readonly run_id: string;
  readonly domain: string;
  readonly attempt: number;
  /** Name of the Job: `jobName(run_id, attempt)`. */
  readonly name: string;
  /** Random letters and digits for each new Job, which make the name of its ConfigMap unique. */
  readonly nonce: string;
  readonly launch: Launch;
  readonly target: Target;
  /** W3C trace context of the request that started the run. */
  readonly traceparent?: string | undefined;
  /** How the driver sends the trace, if its kind does that; `sha256` is that of the token. */
  readonly trace?: (TraceAccess & { readonly sha256: string }) | undefined;
};

type Env = Readonly<Record<string, string>>;

const CONTAINER_SECURITY = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

/**
 * A native sidecar (https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/): it starts before the driver, does
 * not keep the pod from ending, and is told to end after it. A few shell tools need a tenth of that memory, but the least
 * that namespaces allow is often so much.
 */
const traceContainer = ({ image }: Plan, { command, mounts }: TraceReader): Json => ({
  name: TRACE_CONTAINER,
  image,
  command: command.map(literal),
  restartPolicy: 'Always',
  resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '64Mi' } },
  securityContext: CONTAINER_SECURITY,
  volumeMounts: mounts,
});

function driver(input: JobInput, plan: Plan, secrets: SecretParts): Json {
  const env: Env = {
    ...plan.env,
    ...(input.traceparent !== undefined && { TRACEPARENT: input.traceparent }),
    SLUICE_PARAMS_FILE: PARAMS_FILE,
    SLUICE_RUN_ID: input.run_id,
    SLUICE_ATTEMPT: String(input.attempt),
  };
  return {
    name: DRIVER_CONTAINER,
    image: plan.image,
    ...(plan.command && { command: plan.command.map(literal) }),
    ...(plan.args && { args: plan.args.map(literal) }),
    ...(plan.workingDir !== undefined && { workingDir: plan.workingDir }),
    env: [
      ...secrets.env,
      ...Object.entries(env).map(([name, value]) => ({ name, value: literal(value) })),
    ],
    resources: {
      requests: { cpu: plan.cpu, memory: plan.memory },
      limits: { memory: plan.memory },
    },
    securityContext: CONTAINER_SECURITY,
    // The last lines of a failed driver become the reason that users read.
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [
      ...plan.mounts,
      ...secrets.mounts,
      { name: CONFIG_VOLUME, mountPath: CONFIG_PATH, readOnly: true },
    ],
  };
}

function podTemplate(input: JobInput, plan: Plan, labels: Env): Json {
  const { target, launch } = input;
  const secrets = secretParts(launch.kind, plan.secretEnv, plan.env, target);
  return {
    metadata: {
      labels,
      annotations: {
        // A driver cannot be moved: autoscalers must not drain its node.
        'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
        'karpenter.sh/do-not-disrupt': 'true',
      },
    },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: DRIVER_GRACE_SECONDS,
      serviceAccountName: target.service_account,
      automountServiceAccountToken: plan.token,
      enableServiceLinks: false,
      nodeSelector: target.node_selector,
      securityContext: podSecurity(target),
      ...(target.image_pull_secrets && {
        imagePullSecrets: target.image_pull_secrets.map((name) => ({ name })),
      }),
      ...(plan.trace && { initContainers: [traceContainer(plan, plan.trace)] }),
      containers: [driver(input, plan, secrets)],
      // Never optional: deleting it is what fences the Job, because no pod starts without it.
      volumes: [
        ...plan.volumes,
        ...secrets.volumes,
        { name: CONFIG_VOLUME, configMap: { name: configName(input) } },
      ],
    },
  };
}

const configName = ({ name, nonce }: JobInput): string => `${name}-${nonce}`;

const planOf = (input: JobInput): Plan => {
  const { launch } = input;
  return kindOf(launch.kind).plan({ ...input, params: launch.params, own: ownOf(launch) });
};

/** What the driver of an attempt would be, for people. Throws like `buildJob`. */
export function driverOf(input: JobInput): DriverView {
  const { image, command, args, env, files } = planOf(input);
  return {
    image,
    command: [...(command ?? [])],
    args: [...(args ?? [])],
    env: { ...env },
    files: Object.fromEntries(
      Object.entries(files).filter(([name]) => `${CONFIG_PATH}/${name}` !== PARAMS_FILE),
    ),
  };
}

/**
 * The suspended Job of an attempt, and the ConfigMap that it mounts. Callers' text is only in arguments, environment, files and
 * annotations, never in names or labels. Throws an `invalid` AppError where the kind cannot plan a driver; it is also called
 * when a run is submitted, so that such a run is never accepted.
 */
export function buildJob(input: JobInput): {
  readonly job: JobManifest;
  readonly config: ConfigFile;
} {
  const { launch } = input;
  const plan = planOf(input);
  const labels = {
    'app.kubernetes.io/name': `${launch.kind}-driver`,
    'app.kubernetes.io/instance': input.run_id,
    'app.kubernetes.io/component': 'driver',
    'app.kubernetes.io/part-of': 'sluice',
    'app.kubernetes.io/managed-by': 'sluice',
    [RUN_LABEL]: input.run_id,
    [ATTEMPT_LABEL]: String(input.attempt),
    [DOMAIN_LABEL]: input.domain,
  };
  const job: JobManifest = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: input.name,
      labels,
      annotations: {
        'sluice.dev/pipeline': launch.pipeline,
        ...(input.traceparent !== undefined && { traceparent: input.traceparent }),
        ...(input.trace && { [TRACE_TOKEN_ANNOTATION]: input.trace.sha256 }),
      },
    },
    spec: {
      suspend: true,
      completions: 1,
      parallelism: 1,
      // A second driver of the same attempt would write to the first one's files.
      backoffLimit: 0,
      podReplacementPolicy: 'Failed',
      ttlSecondsAfterFinished: JOB_TTL_SECONDS,
      ...(launch.deadline_seconds !== null && {
        activeDeadlineSeconds: launch.deadline_seconds + DEADLINE_MARGIN_SECONDS,
      }),
      template: podTemplate(input, plan, labels),
    },
  };
  return { job, config: { name: configName(input), labels, files: plan.files } };
}
