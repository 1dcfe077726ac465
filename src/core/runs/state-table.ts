/**
 * The state table of a run: for every phase and every cluster state, the one step to take next.
 * It is total: every combination has a step.
 */
import type { Phase, Run } from './run.ts';

export const CLUSTER_STATES = {
  unreachable: 'the cluster did not answer: nothing is known',
  absent: 'neither a Job nor a pod of the run is listed',
  suspended: 'the Job is there, suspended, without a pod',
  waiting: 'the Job may run, no driver container runs yet',
  running: 'a driver container runs',
  exited: "every driver pod is over by its kubelet's own report",
  vanished: 'the Job has ended, and its pods are not there to tell how',
  lost: 'the Job has ended, but a driver pod is not known to be over',
  stray: 'no driver is left, but a pod with the label of the run is that its Job did not make',
} as const;
export type ClusterState = keyof typeof CLUSTER_STATES;

/** What is seen of a run, as far as it decides on the next step. What else its executor knows of it is the executor's own. */
export type Observation = {
  readonly clusterState: ClusterState;
  /** Fields of the run to store of the observation, with its next change. */
  readonly keep: Partial<Run>;
};

export const STEPS = {
  wait: 'change nothing; read the log, tell what the run waits for',
  admit: 'look for a place in the lane; with one, commit `starting`',
  create: 'create the Job suspended, or find it there; commit its uid; let it run',
  unsuspend: 'let the committed Job run',
  run: 'commit `running`',
  finish: 'read the log to its end, commit the terminal state',
  confirm:
    'believe the absence after a grace period, see that nothing comes late, then fail as lost',
  fence: 'delete the ConfigMap that its pods need to start, then the Job',
  stop: 'delete the pods that are there, and wait until they are gone',
  conclude: 'sweep the tasks, read the log to its end, commit the terminal state',
  cleanup: 'sweep the tasks, release the lane, delete the Job, compact, forget',
} as const;
export type Step = keyof typeof STEPS;

export const RUN_TABLE: Readonly<Record<Phase, Readonly<Record<ClusterState, Step>>>> = {
  queued: {
    unreachable: 'admit', // the lane does not depend on the cluster
    absent: 'admit',
    suspended: 'admit', // no Job is created before `starting`: one that is there is adopted or refused later
    waiting: 'admit',
    running: 'admit',
    exited: 'admit',
    vanished: 'admit',
    lost: 'admit',
    stray: 'admit',
  },
  starting: {
    unreachable: 'wait',
    absent: 'create',
    suspended: 'create', // create answers with the Job that is there
    waiting: 'create', // unsuspended from outside: commit it before deciding on it
    running: 'create',
    exited: 'create',
    vanished: 'create',
    lost: 'create',
    stray: 'create',
  },
  committed: {
    unreachable: 'wait',
    absent: 'confirm',
    suspended: 'unsuspend',
    waiting: 'wait',
    running: 'run',
    exited: 'finish',
    vanished: 'confirm',
    lost: 'wait',
    stray: 'wait', // whatever it is, it may do the work of the run
  },
  running: {
    unreachable: 'wait',
    absent: 'confirm',
    suspended: 'wait', // suspended from outside, so only they can undo it
    waiting: 'wait',
    running: 'wait',
    exited: 'finish',
    vanished: 'confirm',
    lost: 'wait', // a node that is cut off may still run the driver
    stray: 'wait',
  },
  cancelling: {
    unreachable: 'fence', // the Job is known by its uid: there is no need to look for it
    absent: 'fence',
    suspended: 'fence',
    waiting: 'fence',
    running: 'fence',
    exited: 'fence',
    vanished: 'fence',
    lost: 'fence',
    stray: 'fence',
  },
  fenced: {
    unreachable: 'wait',
    absent: 'conclude', // nothing that is absent now can start later
    suspended: 'stop',
    waiting: 'stop',
    running: 'stop',
    exited: 'conclude',
    vanished: 'conclude',
    lost: 'stop',
    stray: 'stop',
  },
  ended: {
    unreachable: 'cleanup', // releases the lane; what needs the cluster is left for a later pass
    absent: 'cleanup',
    suspended: 'cleanup',
    waiting: 'cleanup',
    running: 'cleanup',
    exited: 'cleanup',
    vanished: 'cleanup',
    lost: 'cleanup',
    stray: 'cleanup',
  },
};

export const nextStep = (phase: Phase, clusterState: ClusterState): Step =>
  RUN_TABLE[phase][clusterState];
