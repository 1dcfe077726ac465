/** Readers of the memory cluster: what each prints and how long it takes is told by a test. */
import type { ReaderManifest } from '../../../core/kubernetes/manifest.ts';
import type {
  ObjectEvent,
  ObservedContainer,
  ObservedPod,
} from '../../../core/kubernetes/observed.ts';
import type { ClusterReaders } from '../../../ports/cluster.ts';

/** What a reader does. */
export type ReaderScript = {
  /** The lines that it prints. */
  readonly lines: readonly string[];
  /** Milliseconds until it has ended; it may never. Default 1,000. */
  readonly takes?: number;
  readonly exitCode?: number;
  /** Why its container does not start, until it ends. */
  readonly waits?: { readonly reason: string; readonly message: string };
  /** No pod is made; its Job has this event. */
  readonly noPod?: string;
};

type Reader = {
  readonly name: string;
  readonly uid: string;
  readonly createdAt: number;
  readonly script: ReaderScript;
};

const TAKES_MS = 1_000;
const encoder = new TextEncoder();

export class MemoryReaders implements ClusterReaders {
  readonly #now: () => number;
  #uids = 0;
  /** What the next readers do; by default they find nothing. */
  script: (manifest: ReaderManifest) => ReaderScript = () => ({ lines: [] });
  /** Every one that was made. */
  readonly made: ReaderManifest[] = [];
  #there: Reader[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Names of those that are there. */
  get names(): readonly string[] {
    return this.#there.map(({ name }) => name);
  }

  create = async (manifest: ReaderManifest): Promise<{ name: string; uid: string }> => {
    const { name } = manifest.metadata;
    this.#uids += 1;
    const uid = `reader-uid-${this.#uids}`;
    this.made.push(manifest);
    const createdAt = this.#now();
    this.#there.push({ name, uid, createdAt, script: this.script(manifest) });
    return { name, uid };
  };

  delete(uid: string): void {
    this.#there = this.#there.filter((reader) => reader.uid !== uid);
  }

  podsOf = async (name: string): Promise<ObservedPod[]> =>
    this.#there
      .filter((reader) => reader.name === name && reader.script.noPod === undefined)
      .map((reader) => this.#view(reader));

  /** Undefined for what is no reader. */
  eventsOf(name: string): ObjectEvent[] | undefined {
    const reader = this.#there.find((each) => each.name === name);
    if (!reader) return undefined;
    const { noPod } = reader.script;
    const at = new Date(this.#now()).toISOString();
    return noPod === undefined
      ? []
      : [{ warning: true, reason: 'FailedCreate', message: noPod, at }];
  }

  logOf(pod: string): Uint8Array | undefined {
    const reader = this.#there.find(({ name }) => `${name}-pod` === pod);
    const at = new Date(this.#now()).toISOString();
    return reader && encoder.encode(reader.script.lines.map((line) => `${at} ${line}\n`).join(''));
  }

  #view({ name, uid, createdAt, script }: Reader): ObservedPod {
    const ended = this.#now() - createdAt >= (script.takes ?? TAKES_MS);
    const { exitCode = 0, waits } = script;
    const at = new Date(createdAt).toISOString();
    const started = waits === undefined;
    const container: ObservedContainer = {
      name: 'reader',
      kind: 'main',
      state: ended ? 'terminated' : started ? 'running' : 'waiting',
      reason: waits?.reason ?? '',
      message: waits?.message ?? '',
      exit_code: ended ? exitCode : null,
      started_at: started ? at : null,
      finished_at: ended ? new Date(this.#now()).toISOString() : null,
    };
    return {
      name: `${name}-pod`,
      uid: `${uid}-pod`,
      run_id: null,
      job_uid: uid,
      role: 'driver',
      phase: ended ? (exitCode === 0 ? 'Succeeded' : 'Failed') : started ? 'Running' : 'Pending',
      reason: '',
      message: '',
      unscheduled: null,
      deleting: false,
      disruption: null,
      containers: [container],
    };
  }
}
