/** The bugs that the property test exists for. Each is put into a copy of the source and must be caught. */
export type Mutant = {
  readonly name: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
};

/** Where `find` stands. Formatting may have folded the line: neither white space nor a trailing comma counts. */
export function patternOf({ find }: Mutant): RegExp {
  const tokens = find.match(/\w+|[^\s\w]/g) ?? [];
  const escaped = tokens.map((token) => token.replace(/[.*+?^${}()|[\]\\]/, '\\$&'));
  return new RegExp(
    escaped.map((token) => (/^\\?[)\]}]$/.test(token) ? `,?\\s*${token}` : token)).join('\\s*'),
    'g',
  );
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a run is written without a look at its ETag',
    file: 'src/engine/run-store.ts',
    find: "{ op: 'replace', key: RUN_KEY, values: toValues(run), etag: held.etag },",
    replace: "{ op: 'put', key: RUN_KEY, values: toValues(run) },",
  },
  {
    name: 'a lane is written without a look at its ETag',
    file: 'src/engine/lane-store.ts',
    find: "return held.etag === null ? { op: 'insert', key: LANE_KEY, values } : { op: 'replace', key: LANE_KEY, values, etag: held.etag };",
    replace: "return { op: 'put', key: LANE_KEY, values };",
  },
  {
    name: 'tickets are written without the lane row',
    file: 'src/engine/lane-gate.ts',
    find: 'writes: changed ? [writeLane(held, decision.lane), ...inserts] : [],',
    replace:
      'writes: inserts.length > 0 ? inserts : changed ? [writeLane(held, decision.lane)] : [],',
  },
  {
    name: 'the Job may run before its uid is committed',
    file: 'src/engine/start.ts',
    find: '  let armed: Held;\n',
    replace: '  await cluster.unsuspend(job);\n  let armed: Held;\n',
  },
  {
    name: 'the place in the lane is freed by time',
    file: 'src/engine/lane-store.ts',
    find: '  assertLane(lane);\n  return { lane, etag: row.etag };',
    replace:
      "  const ageOf = (id: string): number => world.clock.now() - Array.from(id.slice(1, 11)).reduce((sum, char) => sum * 32 + '0123456789abcdefghjkmnpqrstvwxyz'.indexOf(char), 0);\n  return { lane: { ...lane, active: lane.active.filter((id) => ageOf(id) < 30_000) }, etag: row.etag };",
  },
  {
    name: "the Job's condition alone ends the run",
    file: 'src/core/situation.ts',
    find: "if (job?.end) return 'lost';",
    replace: "if (job?.end) return 'exited';",
  },
  {
    name: 'log lines are committed apart from the position behind them',
    file: 'src/engine/collect-log.ts',
    find: 'read.held = await pass.record(read.held, { log: { ...run.log, [key]: position }, progress }, facts);',
    replace:
      'read.held = await pass.record(read.held, { progress }, facts);\n  read.held = await pass.record(read.held, { log: { ...run.log, [key]: position } });',
  },
  {
    name: 'a state changes without its event',
    file: 'src/engine/advance.ts',
    find: 'return { held: await pass.record(held, change, [statusFact({ ...held.run, ...change }, null)]), again: true };',
    replace: 'return { held: await pass.record(held, change, []), again: true };',
  },
  {
    name: 'events are published before they are committed',
    file: 'src/engine/pass.ts',
    find: '    const changed = await changeRun(',
    replace:
      "    const early = facts.map((fact, index) => ({ ...fact, seq: held.run.last_seq + index + 1, run_id: held.run.run_id, timestamp: '' }));\n    await publishEvents(this.world, held.run, early as never);\n    const changed = await changeRun(",
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
    file: 'src/core/run-table.ts',
    find: "    waiting: 'stop',\n    running: 'stop',",
    replace: "    waiting: 'conclude',\n    running: 'conclude',",
  },
  {
    name: 'a run is accepted without a row in the work list',
    file: 'src/engine/submit.ts',
    find: '  await putWork(world, { run_id: runId, domain, lane: run.lane, heads: 0 });\n',
    replace: '',
  },
  {
    name: 'the end of the log is not read',
    file: 'src/engine/end.ts',
    find: '  const logs = await drain(pass, held, sighting);\n  if (!logs.drained) return { held: logs.held, again: false };\n  const outcome',
    replace: '  const logs = { held };\n  const outcome',
  },
  {
    name: 'a log is resumed without skipping the lines of the last second',
    file: 'src/core/log-reader.ts',
    find: 'this.#seeking = start.second !== null && start.taken + start.taken_before > 0;',
    replace: 'this.#seeking = false;',
  },
  {
    name: 'a run without a run row is forgotten without blocking its id',
    file: 'src/engine/tick.ts',
    find: 'if (!(await blockRun(world, work.run_id))) return;',
    replace: '',
  },
  {
    name: 'who adopts a run does not say so before bringing it into its lane',
    file: 'src/engine/run-store.ts',
    find: 'return await changeRun(world, held, { adopted: true });',
    replace: 'return held;',
  },
  {
    name: 'a follower takes a run over whatever generation its message has',
    file: 'src/engine/follow.ts',
    find: 'held.run.generation !== generation ||',
    replace: '',
  },
  {
    name: 'a follower has no guard that takes over when it dies',
    file: 'src/engine/follow.ts',
    find: 'new Guard(world, await world.queue.send(next, world.guardSeconds))',
    replace: 'new Guard(world, await world.queue.send(next, 600_000))',
  },
  {
    name: 'a refused ConfigMap takes the Job away, whoever has armed it',
    file: 'src/engine/start.ts',
    find: "if (!(error instanceof ClusterError) || error.code !== 'refused') throw error;",
    replace:
      "if (!(error instanceof ClusterError) || error.code !== 'refused') throw error;\n    if (job) await cluster.deleteJob(job);",
  },
  {
    name: 'a Job that the cluster does not take has no deadline',
    file: 'src/engine/advance.ts',
    find: 'const overdue = await stopAtDeadline(pass, held);\n  return overdue ? { held: overdue, again: true } : createStep(pass, held);',
    replace: 'return createStep(pass, held);',
  },
  {
    name: 'a cancel inherits since when the Job was not seen',
    file: 'src/engine/cancel.ts',
    find: "state: 'cancelling', absent_since: null,",
    replace: "state: 'cancelling',",
  },
  {
    name: 'absence goes on counting while the Job is seen',
    file: 'src/engine/advance.ts',
    find: 'return seen && run.absent_since !== null',
    replace: 'return seen && run.adopted && run.absent_since !== null',
  },
  {
    name: 'a run ends before its last line',
    file: 'src/engine/end.ts',
    find: 'lastLineTime(held.run),',
    replace: 'lastLineTime({ ...held.run, log: {} }),',
  },
  {
    name: 'a side container in trouble ends a run whose driver runs',
    file: 'src/core/situation.ts',
    find: 'isRunning(pod) ? [] : pod.containers',
    replace: 'pod.containers',
  },
  {
    name: 'after a log that fails half-way a pass goes on from an older version',
    file: 'src/engine/collect-log.ts',
    find: 'abort.abort();\n    latest.held = read.held;',
    replace: 'abort.abort();',
  },
  {
    name: 'a quiet watch holds on to all that was read meanwhile',
    file: 'src/engine/pod-watch.ts',
    find: "return new Promise((resolve) => {\n      this.#told = () => resolve('news');\n    });",
    replace:
      "const kept = this as unknown as { quiet?: Promise<'news'> };\n    kept.quiet ??= new Promise((resolve) => {\n      this.#told = () => {\n        delete kept.quiet;\n        resolve('news');\n      };\n    });\n    return kept.quiet;",
  },
  {
    name: 'a follower whose next message fails takes its guard away',
    file: 'src/engine/follow.ts',
    find: 'guard.leave();',
    replace: 'await guard.remove();',
  },
  {
    name: 'a follower without a guard leaves its word that it looks after the run',
    file: 'src/engine/follow.ts',
    find: 'await changeRun(world, held, { attended_until: null, asked_at: null });',
    replace: '',
  },
  {
    name: 'the end of a log stream calls for no look',
    file: 'src/engine/attendance.ts',
    find: 'this.#lookAt = Math.min(this.#lookAt, this.#now + CHECK_MS);',
    replace: '',
  },
  {
    name: 'a follower goes on although its instance is about to end',
    file: 'src/engine/slice.ts',
    find: 'now >= this.#end || this.#signal?.aborted === true',
    replace: 'now >= this.#end',
  },
  {
    name: 'a follower gives its place up at the first sight of a message',
    file: 'src/engine/slice.ts',
    find: 'if (othersWait && this.#othersWait)',
    replace: 'if (othersWait)',
  },
  {
    name: 'how far the events are published goes back',
    file: 'src/engine/attendance.ts',
    find: 'Math.max(run.published_seq, this.#publisher.published)',
    replace: 'this.#publisher.published',
  },
  {
    name: 'events count as published before the run has them',
    file: 'src/engine/attendance.ts',
    find: 'published_seq: Math.min(run.last_seq,',
    replace: 'published_seq: Math.min(Infinity,',
  },
  {
    name: 'a stream that broke counts as read to its end',
    file: 'src/engine/attendance.ts',
    find: 'ended && whole ?',
    replace: 'whole ?',
  },
  {
    name: 'a stream that never found its place counts as read to its end',
    file: 'src/core/log-reader.ts',
    find: 'return !this.#seeking && this',
    replace: 'return this',
  },
  {
    name: 'a stream that ended counts although another one was opened after it',
    file: 'src/engine/attendance.ts',
    find: "return;\n    this.#streamedTo = '';",
    replace: 'return;',
  },
];
