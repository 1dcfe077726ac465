/** Bugs in starting, judging, stopping and ending Jobs. */
import type { Mutant } from '../list.ts';

export const JOBS: readonly Mutant[] = [
  {
    name: 'the Job may run before its uid is committed',
    file: 'src/engine/start.ts',
    find: '  let armed: Held;\n',
    replace: '  await cluster.unsuspend(job);\n  let armed: Held;\n',
  },
  {
    name: "the Job's condition alone ends the run",
    file: 'src/core/situation.ts',
    find: "if (job?.end) return 'lost';",
    replace: "if (job?.end) return 'exited';",
  },
  {
    name: 'a state changes without its event',
    file: 'src/engine/advance.ts',
    find: 'return { held: await pass.record(held, change, [statusFact({ ...held.run, ...change }, null)]), again: true };',
    replace: 'return { held: await pass.record(held, change, []), again: true };',
  },
  {
    name: 'not found is believed at once',
    file: 'src/engine/end.ts',
    find: '  if (age === null) return { held: await pass.record(held, { absent_since: nowText(pass) }), again: false };\n  if (age < ABSENCE_GRACE_MS) return { held, again: false };\n',
    replace: '  if (age !== null && age < -ABSENCE_GRACE_MS) return { held, again: false };\n',
  },
  {
    name: 'an API error is taken for an end',
    file: 'src/core/run-table.ts',
    find: "  running: {\n    unreachable: 'wait',",
    replace: "  running: {\n    unreachable: 'finish',",
  },
  {
    name: 'cancelled is said while tasks are left',
    file: 'src/engine/end.ts',
    find: 'if (sighting.tasks.length > 0) { await sweepTasks(pass, held.run, sighting); return { held, again: false }; } const { stop } = held.run;',
    replace: 'const { stop } = held.run;',
  },
  {
    name: 'cancelled is said while the driver is still ending',
    file: 'src/engine/end.ts',
    find: 'if (drivers.length === 0) return conclude(pass, held, sighting, null);',
    replace: 'if (drivers.length >= 0) return conclude(pass, held, sighting, null);',
  },
  {
    name: 'a run is said to be fenced off before its Job is deleted',
    file: 'src/engine/end.ts',
    find: 'if (job) await (await pass.cluster(held.run)).deleteJob(job);',
    replace: '',
  },
  {
    name: 'a place is freed by time: a missing Job is not fenced off',
    file: 'src/engine/end.ts',
    find: 'if (job) await (await pass.cluster(run)).fence(job);',
    replace: '',
  },
  {
    name: 'a Job without its ConfigMap is armed',
    file: 'src/engine/start.ts',
    find: 'else if (!(await cluster.hasConfig(job))) return await discard(pass, held, job);',
    replace: '',
  },
  {
    name: 'the end of the log is not read',
    file: 'src/engine/end.ts',
    find: '  const logs = await drain(pass, held, sighting);\n  if (!logs.drained) return { held: logs.held, again: false };\n  const outcome',
    replace: '  const logs = { held };\n  const outcome',
  },
  {
    name: 'a Job that the cluster does not take has no deadline',
    file: 'src/engine/advance.ts',
    find: 'const overdue = await stopAtDeadline(pass, held);\n  return overdue ? { held: overdue, again: true } : createStep(pass, held);',
    replace: 'return createStep(pass, held);',
  },
  {
    name: 'absence goes on counting while the Job is seen',
    file: 'src/engine/advance.ts',
    find: 'return !missing && run.absent_since !== null',
    replace: 'return !missing && run.adopted && run.absent_since !== null',
  },
  {
    name: 'a run ends before its last line',
    file: 'src/engine/end.ts',
    find: 'lastLineTime(held.run),',
    replace: 'lastLineTime({ ...held.run, log: {} }),',
  },
  {
    name: 'a side container in trouble ends a run whose driver runs',
    file: 'src/core/wait-reason.ts',
    find: 'if (isRunning(pod)) return null;',
    replace: '',
  },
  {
    name: 'a lane goes on at once after a refused Job',
    file: 'src/engine/start.ts',
    find: 'pass.setbacks.restLane(held.run); return { held: await endRun',
    replace: 'return { held: await endRun',
  },
  {
    name: 'a target in trouble is tried again for each of its runs',
    file: 'src/engine/pass.ts',
    find: 'this.setbacks.noteTarget(run, error);',
    replace: '',
  },
  {
    name: 'a run whose Job was never to run waits for the cluster to end',
    file: 'src/engine/end.ts',
    find: "if (phase === 'queued' || phase === 'starting')",
    replace: "if (phase === 'queued')",
  },
  {
    name: 'an exit code of 0 is success, whoever ended the driver',
    file: 'src/core/situation.ts',
    find: 'reason: interruption ?? own',
    replace: 'reason: own',
  },
  {
    name: 'a driver that was seen to be drained is lost once its pod is gone',
    file: 'src/core/situation.ts',
    find: 'if (isInterruption(told)) return told;',
    replace: '',
  },
  {
    name: 'after a change to the cluster the pass goes on with what it listed before',
    file: 'src/engine/pass.ts',
    find: 'this.#changed.add(run_id);',
    replace: '',
  },
  {
    name: 'a trouble that healed counts against the next one',
    file: 'src/engine/tell-wait.ts',
    find: 'const goesOn = graceMs(run.reason) === grace;',
    replace: 'const goesOn = true;',
  },
  {
    name: 'warnings that cannot be read are taken for none',
    file: 'src/engine/tell-wait.ts',
    find: "return 'unknown';",
    replace: 'return null;',
  },
];
