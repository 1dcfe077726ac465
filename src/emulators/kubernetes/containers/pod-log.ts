/** GET pods/log. */
import type { ServerResponse } from 'node:http';
import { flag, integer, type Query } from '../api/query.ts';
import type { Kubelet } from '../kubelet/kubelet.ts';
import { isSidecar } from '../kubelet/pod-status.ts';
import type { ContainerSpec, ContainerState, Pod } from '../objects/object.ts';
import { badRequest, type Cause, invalid, invalidValue, StatusError } from '../objects/status.ts';
import { readLog } from './log-reader.ts';

type Wanted = {
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly since: string | undefined;
  readonly tailLines: number | undefined;
  readonly limitBytes: number | undefined;
};

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** The API server passes the time on in whole seconds: what was asked for is cut, not rounded. */
function sinceTime(text: string): number | undefined {
  if (text === '') return undefined;
  const at = RFC3339.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) {
    throw badRequest(
      `parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(text)} as "2006"`,
    );
  }
  return Math.floor(at / 1_000) * 1_000;
}

/** Exactly the form of the log's own times. */
const nano = (ms: number) => new Date(ms).toISOString().replace('Z', '000000Z');

function wanted(query: Query, pod: Pod): Wanted {
  if (query.has('sinceSeconds')) throw badRequest('the emulator knows sinceTime only');
  const since = sinceTime(query.get('sinceTime') ?? '');
  const tailLines = integer(query, 'tailLines');
  const limitBytes = integer(query, 'limitBytes');
  const causes: Cause[] = [];
  if (tailLines !== undefined && tailLines < 0) {
    causes.push(invalidValue('tailLines', tailLines, 'must be greater than or equal to 0'));
  }
  if (limitBytes !== undefined && limitBytes <= 0) {
    causes.push(invalidValue('limitBytes', limitBytes, 'must be greater than 0'));
  }
  if (causes.length > 0) {
    throw invalid({ group: '', kind: 'PodLogOptions' }, pod.metadata.name, causes);
  }
  return {
    follow: flag(query, 'follow'),
    timestamps: flag(query, 'timestamps'),
    since: since === undefined ? undefined : nano(since),
    tailLines,
    limitBytes,
  };
}

function container(pod: Pod, name: string): ContainerSpec {
  const { containers, initContainers = [] } = pod.spec;
  const sidecars = initContainers.filter(isSidecar);
  const inits = initContainers.filter((one) => !isSidecar(one));
  const shown = (list: readonly ContainerSpec[]) => list.map((one) => one.name).join(' ');
  const [first] = containers;
  if (name === '') {
    if (first !== undefined && containers.length + initContainers.length === 1) return first;
    // With init containers alone, the one main container is the one that is meant.
    if (first !== undefined && containers.length === 1 && sidecars.length === 0) return first;
    const choice = `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${shown([...sidecars, ...containers])}]`;
    throw badRequest(
      inits.length === 0 ? choice : `${choice} or one of the init containers: [${shown(inits)}]`,
    );
  }
  const found = [...containers, ...initContainers].find((one) => one.name === name);
  if (found !== undefined) return found;
  throw badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`);
}

function stateOf(pod: Pod, name: string): ContainerState | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status;
  return [...containerStatuses, ...initContainerStatuses].find((one) => one.name === name)?.state;
}

function refuseWaiting(pod: Pod, name: string, state: ContainerState | undefined): void {
  if (state?.running !== undefined || state?.terminated !== undefined) return;
  const reason = state?.waiting?.reason ?? 'ContainerCreating';
  const shown =
    reason === 'ErrImagePull' || reason === 'ImagePullBackOff'
      ? 'trying and failing to pull image'
      : reason;
  throw badRequest(
    `container "${name}" in pod "${pod.metadata.name}" is waiting to start: ${shown}`,
  );
}

function unreachable(pod: Pod, name: string): StatusError {
  const { namespace, name: podName } = pod.metadata;
  return new StatusError(
    500,
    undefined,
    `Get "https://127.0.0.1:10250/containerLogs/${namespace}/${podName}/${name}": dial tcp 127.0.0.1:10250: connect: no route to host`,
  );
}

/** Throws StatusError before anything is sent; afterwards the connection is cut on an error. */
export async function podLog(
  kubelet: Kubelet,
  pod: Pod,
  query: Query,
  response: ServerResponse,
): Promise<void> {
  const options = wanted(query, pod);
  const { name } = container(pod, query.get('container') ?? '');
  // An unscheduled pod has no kubelet to ask: the API server answers with nothing.
  if (pod.spec.nodeName === undefined) {
    response.writeHead(204).end();
    return;
  }
  const worker = kubelet.worker(pod);
  if (worker === undefined || worker.nodeLost) throw unreachable(pod, name);
  refuseWaiting(pod, name, stateOf(pod, name));
  if (flag(query, 'previous')) {
    throw badRequest(
      `previous terminated container "${name}" in pod "${pod.metadata.name}" not found`,
    );
  }
  response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' });
  response.flushHeaders();
  const { processes } = worker;
  const files = processes.logFiles(name);
  if (files === undefined) {
    response.end();
    return;
  }
  const reader = { gone: response.destroyed, leave: () => undefined as void };
  response.once('close', () => {
    reader.gone = true;
    reader.leave();
  });
  /** Waits for the change, or for the reader to go. */
  const wait = async (change: Promise<void>) => {
    if (!reader.gone) {
      await new Promise<void>((resolve) => {
        reader.leave = resolve;
        void change.then(resolve);
      });
    }
    if (reader.gone) throw new Error('the reader has gone');
  };
  const { since, tailLines, limitBytes, timestamps, follow } = options;
  const log = readLog(files, {
    timestamps,
    ...(since === undefined ? {} : { since }),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(follow
      ? {
          follow: {
            change: () => processes.logChange(name),
            wait,
            ended: () => processes.isOver(name),
          },
        }
      : {}),
  });
  try {
    for await (const bytes of log) {
      if (!response.write(bytes)) {
        await wait(new Promise((resolve) => void response.once('drain', resolve)));
      }
    }
    response.end();
  } catch {
    response.destroy();
  }
}
