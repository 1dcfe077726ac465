/** The Job that reads a run's files on the cluster of its target, and its answer. Pure. */
import type { Target } from '../../kinds/target.ts';
import type { ReaderManifest } from '../../kubernetes/manifest.ts';
import { DOMAIN_LABEL, READER_LABEL, READS_LABEL } from '../../kubernetes/manifest.ts';
import { literal, podSecurity } from './pod.ts';
import { READER_SCRIPT, SCRATCH_PATH } from './script.ts';

/** Name of the reader's container. */
export const READER_CONTAINER = 'reader';
/** The cluster ends a reader after this long and deletes it after its end, whatever becomes of us. */
export const READER_SECONDS = 120;
const READER_TTL_SECONDS = 60;
/** A listing of many names, and bash; what is over it ends the reader, nothing else. */
const MEMORY = '128Mi';
const CPU = '50m';
/** An answer three times: as it is, packed, and as base64. */
const SCRATCH_SIZE = '64Mi';

export type ReaderInput = {
  /** Of the Job: new for each. */
  readonly name: string;
  readonly run_id: string;
  readonly domain: string;
  readonly target: Target & { readonly work_claim: string };
  readonly args: readonly string[];
};

/**
 * It has the drivers' image, user and node, for the files' sake, and the tasks' account, without its token. It has none of the
 * labels by which runs, their tasks and strays are found.
 */
export function buildReader({ name, run_id, domain, target, args }: ReaderInput): ReaderManifest {
  const labels = {
    'app.kubernetes.io/name': 'file-reader',
    'app.kubernetes.io/component': 'reader',
    'app.kubernetes.io/part-of': 'sluice',
    'app.kubernetes.io/managed-by': 'sluice',
    [READER_LABEL]: name,
    [READS_LABEL]: run_id,
    [DOMAIN_LABEL]: domain,
  };
  const command = ['bash', '-c', READER_SCRIPT, 'reader'];
  const container = {
    name: READER_CONTAINER,
    image: target.nextflow_image,
    command: command.map(literal),
    args: args.map(literal),
    resources: { requests: { cpu: CPU, memory: MEMORY }, limits: { memory: MEMORY } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'work', mountPath: target.work_path, readOnly: true },
      { name: 'scratch', mountPath: SCRATCH_PATH },
    ],
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels },
    spec: {
      completions: 1,
      parallelism: 1,
      backoffLimit: 0,
      activeDeadlineSeconds: READER_SECONDS,
      ttlSecondsAfterFinished: READER_TTL_SECONDS,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 1,
          serviceAccountName: target.task_service_account,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          nodeSelector: target.node_selector,
          securityContext: podSecurity(target),
          ...(target.image_pull_secrets && {
            imagePullSecrets: target.image_pull_secrets.map((secret) => ({ name: secret })),
          }),
          containers: [container],
          volumes: [
            { name: 'work', persistentVolumeClaim: { claimName: target.work_claim } },
            { name: 'scratch', emptyDir: { sizeLimit: SCRATCH_SIZE } },
          ],
        },
      },
    },
  };
}

/** What a reader refuses with. */
export type Refusal = 'missing' | 'folder' | 'outside' | 'unreadable' | 'space' | 'volume';
const REFUSALS: readonly string[] = [
  'missing',
  'folder',
  'outside',
  'unreadable',
  'space',
  'volume',
] satisfies Refusal[];

export type ReaderAnswer =
  | { readonly refused: Refusal }
  | {
      readonly refused: null;
      readonly coding: 'plain' | 'gzip';
      readonly sha256: string;
      /** The lines of base64, of which that is the sum. */
      readonly lines: string;
      readonly facts: readonly string[];
    };

/** The answer in a reader's log with timestamps; null when it is not whole. */
export function readAnswer(log: string): ReaderAnswer | null {
  const lines = log
    .split('\n')
    .slice(0, -1)
    .map((line) => line.slice(line.indexOf(' ') + 1));
  const [word, ...rest] = (lines.at(-1) ?? '').split(' ');
  if (word === 'REFUSED') {
    const refused = rest[0] ?? '';
    return REFUSALS.includes(refused) ? { refused: refused as Refusal } : null;
  }
  const [coding, sha256 = '', ...facts] = rest;
  if (word !== 'END' || (coding !== 'plain' && coding !== 'gzip')) return null;
  const body = lines.slice(0, -1);
  return { refused: null, coding, sha256, facts, lines: body.map((line) => `${line}\n`).join('') };
}
