/** Bugs of lanes, submits and the timer. */
import type { Mutant } from '../list.ts';

export const LANES: readonly Mutant[] = [
  {
    name: 'ticks do not look at a run whose priority is being changed',
    tests: ['patch-run'],
    file: 'src/engine/store/work.ts',
    find: 'const kept = { ...work, waits: false, leaves: true };',
    replace: 'const kept = work;',
  },
  {
    name: 'a ticket that was left where it was is not moved by a tick',
    tests: ['patch-run'],
    file: 'src/engine/reconcile/start.ts',
    find: 'await moveTicket(world, run);',
    replace: '',
  },
  {
    name: 'a lane is written without a look at its ETag',
    tests: ['promises'],
    file: 'src/engine/lanes/lane-store.ts',
    find: "return stored.etag === null ? { op: 'insert', key: LANE_KEY, values } : { op: 'replace', key: LANE_KEY, values, etag: stored.etag };",
    replace: "return { op: 'put', key: LANE_KEY, values };",
  },
  {
    name: 'tickets are written without the lane row',
    tests: ['promises'],
    file: 'src/engine/lanes/lane-admission.ts',
    find: 'writes: changed ? [writeLane(stored, lane), ...tickets.flatMap(insertTicket)] : [],',
    replace:
      'writes: changed ? (tickets.length > 0 ? tickets.flatMap(insertTicket) : [writeLane(stored, lane)]) : [],',
  },
  {
    name: 'the place in the lane is freed by time',
    tests: ['promises'],
    file: 'src/engine/lanes/lane-store.ts',
    find: '  assertLane(lane);\n  return { lane, etag: row.etag };',
    replace:
      "  const ageOf = (id: string): number => world.clock.now() - Array.from(id.slice(1, 11)).reduce((sum, char) => sum * 32 + '0123456789abcdefghjkmnpqrstvwxyz'.indexOf(char), 0);\n  return { lane: { ...lane, active: lane.active.filter((id) => ageOf(id) < 30_000) }, etag: row.etag };",
  },
  {
    name: 'events are published before they are committed',
    tests: ['promises'],
    file: 'src/engine/events/recorder.ts',
    find: '    const changed = await changeRun(',
    replace:
      "    const early = drafts.map((draft, index) => ({ ...draft, seq: stored.run.last_seq + index + 1, run_id: stored.run.run_id, timestamp: '' }));\n    this.#sink.deliver({ ...stored, run: { ...stored.run, last_seq: stored.run.last_seq + early.length }, events: early } as never);\n    const changed = await changeRun(",
  },
  {
    name: 'a run is accepted without a row in the work list',
    tests: ['promises'],
    file: 'src/engine/commands/record.ts',
    find: 'const work = await (reserved ? putWork(world, row) : insertWork(world, row));',
    replace: "const work: VersionedWork = { ...row, etag: '' };",
  },
  {
    name: 'the timer is not told that a run no longer waits',
    tests: ['promises'],
    file: 'src/engine/lanes/lane-reads.ts',
    find: 'return (await known).has(work.run_id);',
    replace: 'await known;\nreturn true;',
  },
  {
    name: 'a run without a run row is forgotten without blocking its id',
    tests: ['stalled-submit'],
    file: 'src/engine/reconcile/tick.ts',
    find: 'if (!(await putTombstone(world, work.run_id))) return;',
    replace: '',
  },
  {
    name: 'a lane that is on the list already is made again without a write of the list',
    tests: ['lane-names'],
    file: 'src/engine/lanes/lane-names.ts',
    find: 'if (refused.size === wanted.size) return refused;',
    replace:
      'if (refused.size === wanted.size || names.size === stored.names.length) return refused;',
  },
  {
    name: 'a lane that is made again while it is deleted goes too',
    tests: ['precondition'],
    file: 'src/engine/commands/lanes.ts',
    find: 'if (tries > 0 && lane.listed) return { writes: [], result: true };',
    replace: '',
  },
  {
    name: 'a lane that runs hold or wait for is deleted',
    tests: ['lane-names'],
    file: 'src/engine/commands/lanes.ts',
    find: "if (!isIdle(lane)) throw new AppError('conflict', whyNotIdle(name, lane));",
    replace:
      'if (lane.active.length > 0) throw new AppError("conflict", whyNotIdle(name, lane)); stored = { ...stored, lane: { ...lane, queued: 0 } };',
  },
  {
    name: 'a stalled submit brings a deleted lane back',
    tests: ['lane-names'],
    file: 'src/engine/lanes/lane-names.ts',
    find: "if (lanes === 'declared' && name !== DEFAULT_LANE) return 'undeclared';",
    replace: '',
  },
  {
    name: 'runs make lanes without end',
    tests: ['lane-names'],
    file: 'src/engine/lanes/lane-names.ts',
    find: 'if (names.size < LANES_MAX || names.has(name)) names.add(name);',
    replace: 'if (names.size < LANES_MAX + wanted.size) names.add(name);',
  },
  {
    name: 'a lane is refused by a list as it once was',
    tests: ['lane-names'],
    file: 'src/engine/lanes/lane-names.ts',
    find: 'if (known && refused.size > 0) continue;',
    replace: '',
  },
];
