/** Bugs of the container beside a Nextflow driver, whose lines tell of its tasks. */
import type { Mutant } from '../../list.ts';

export const TRACE_CONTAINERS: readonly Mutant[] = [
  {
    name: 'a run ends before the last news of its tasks',
    tests: ['trace-container'],
    file: 'src/engine/reconcile/kubernetes/collect-log.ts',
    find: "if (!isLiveTrace(container) || mainOf(pod)?.state !== 'terminated') return false;",
    replace: 'if (pod) return false;',
  },
  {
    name: 'lines about tasks are lines of the log',
    tests: ['trace-container'],
    file: 'src/engine/reconcile/kubernetes/log-lines.ts',
    find: 'if (container.name === TRACE_CONTAINER) return { drafts: [], progress: stored.run.progress };',
    replace: '',
  },
  {
    name: 'a driver waits for ever for the end of what runs beside it, on an old cluster',
    tests: ['adapters/kubernetes/old-cluster.test'],
    file: 'src/adapters/kubernetes/cluster.ts',
    find: 'if (!lacksSidecars(job)) return toObservedJob(job);',
    replace: 'if (job) return toObservedJob(job);',
  },
  {
    name: 'the log of a failed task goes with its pod',
    tests: ['task-logs'],
    file: 'src/engine/reconcile/kubernetes/stop-job.ts',
    find: 'await keepLogs(clusters.world, cluster, run, tasks);',
    replace: 'if (keepLogs === undefined) return;',
  },
];
