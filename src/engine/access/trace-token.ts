/** Checks the tokens with which drivers send the trace of their run. */
import { sameDigest } from '../../core/access/token.ts';
import { runOfTraceToken } from '../../core/access/trace-token.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { readRun } from '../store/run-store.ts';
import { createWrongTokens } from './wrong-tokens.ts';

/** Tokens that this instance remembers as good ones: more than runs that are live at once. */
const KNOWN_MAX = 10_000;

export type TraceTokens = {
  /**
   * The run whose token it is, while something of the run may be left; undefined for any other token. Rejects with `rate_limited`, without
   * a read of storage, after too many wrong tokens of the same run from `network`, or in all. A token that was good the last time,
   * or is the one of its run as that was last read, is not affected.
   */
  check(presented: string, network: string): Promise<Run | undefined>;
};

/** Until nothing of the run is left on its cluster: its driver tells of the end when that is known already. */
const isOpen = ({ swept, gone }: Run): boolean => !swept && !gone;

export function createTraceTokens(world: World): TraceTokens {
  const wrong = createWrongTokens();
  const known = new Set<string>();
  /** By run: the digest of its token as it was last read. */
  const read = new Map<string, string>();
  const noteRead = (runId: string, digest: string | undefined): void => {
    read.delete(runId);
    if (digest !== undefined) read.set(runId, digest);
    const [oldest] = read.keys();
    if (read.size > KNOWN_MAX && oldest !== undefined) read.delete(oldest);
  };
  const remember = (digest: string): void => {
    known.delete(digest);
    known.add(digest);
    const [oldest] = known;
    if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest);
  };
  const look = async (runId: string, digest: string, network: string) => {
    // Drivers of a cluster share its address: by the run too, so that wrong tokens of one end no other run.
    const isGood = known.has(digest) || read.get(runId) === digest;
    const uncount = isGood ? undefined : wrong.count(`${network} ${runId}`, world.clock.now());
    try {
      const run = (await readRun(world, runId))?.run;
      noteRead(runId, run?.trace_token);
      if (run && isOpen(run) && sameDigest(digest, run.trace_token ?? '')) {
        uncount?.();
        remember(digest);
        return run;
      }
    } catch (error) {
      uncount?.();
      throw error;
    }
    known.delete(digest);
    return undefined;
  };
  /** Several calls at once with a new token are one look: a good one must not count as many wrong ones. */
  const looks = new Map<string, Promise<Run | undefined>>();
  return {
    async check(presented, network) {
      const runId = runOfTraceToken(presented);
      if (runId === undefined) return undefined;
      const digest = await world.sha256(presented);
      const current = looks.get(digest);
      if (current) return current;
      const begun = look(runId, digest, network).finally(() => looks.delete(digest));
      looks.set(digest, begun);
      return begun;
    },
  };
}
