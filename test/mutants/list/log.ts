/** Bugs in reading and recording logs. */
import type { Mutant } from '../list.ts';

export const LOG: readonly Mutant[] = [
  {
    name: 'a run is written without a look at its ETag',
    tests: ['promises'],
    file: 'src/engine/store/run-store.ts',
    find: "{ op: 'replace', key: RUN_KEY, values: toValues(run), etag: stored.etag },",
    replace: "{ op: 'put', key: RUN_KEY, values: toValues(run) },",
  },
  {
    name: 'log lines are committed apart from the position behind them',
    tests: ['promises'],
    file: 'src/engine/reconcile/kubernetes/log-lines.ts',
    find: 'read.stored = await recorder.record(read.stored, { log: { ...run.log, [key]: position }, progress, ...(shut && { log_quota_day: shut.day }) }, drafts);',
    replace:
      'read.stored = await recorder.record(read.stored, {}, drafts);\n  read.stored = await recorder.record(read.stored, { log: { ...run.log, [key]: position }, progress });',
  },
  {
    name: 'a log is resumed without skipping the lines that were taken',
    tests: ['promises'],
    file: 'src/core/log/reader.ts',
    find: "this.#seeking = start.last_time !== '' && typeof answer === 'string';",
    replace: 'this.#seeking = false;',
  },
  {
    name: 'a run is brought into its lane before it is marked as adopted',
    tests: ['stalled-submit'],
    file: 'src/engine/store/run-store.ts',
    find: 'return await changeRun(world, stored, { adopted: true });',
    replace: 'return stored;',
  },
  {
    name: 'after a log that fails half-way a pass continues from an older version',
    tests: ['late-faults'],
    file: 'src/engine/reconcile/kubernetes/collect-log.ts',
    find: 'abort.abort();\n    latest.stored = read.stored;',
    replace: 'abort.abort();',
  },
  {
    name: 'a stream that never found its place counts as read to its end',
    tests: ['resume'],
    file: 'src/core/log/reader.ts',
    find: 'return !this.#seeking && this',
    replace: 'return this',
  },
  {
    name: 'a part of a long line is cut inside a character',
    tests: ['long-lines'],
    file: 'src/core/log/reader.ts',
    find: 'const size = wholeCharacters(this.#rest, LINE_PART_BYTES);',
    replace: 'const size = LINE_PART_BYTES;',
  },
  {
    name: 'the last part of a long line is taken for a line',
    tests: ['long-lines'],
    file: 'src/core/log/reader.ts',
    find: "const whole = this.#given === 0 && skipped === 0 && end !== 'part';",
    replace: "const whole = end !== 'part';",
  },
  {
    name: 'lines are matched with the codes of a terminal in them',
    tests: ['last-words'],
    file: 'src/engine/reconcile/kubernetes/log-lines.ts',
    find: 'shown(entryText(entry))',
    replace: 'entryText(entry)',
  },
  {
    name: 'the reason of a failure rests on the 2 KiB that the cluster keeps',
    tests: ['last-words'],
    file: 'src/core/runs/failure-reason.ts',
    find: 'containerReason(kind, main, saidBy(main, printed))',
    replace: 'containerReason(kind, main)',
  },
  {
    name: 'a log is read again from its last line on, wherever its clock was set to',
    tests: ['cluster-calls'],
    file: 'src/core/log/position.ts',
    find: 'secondFrom(position, LOG_OVERLAP_MARGIN_SECONDS)',
    replace: 'secondFrom(position, 0)',
  },
  {
    name: 'lines that are hidden by their time at the end of a log are not looked for',
    tests: ['clock-steps'],
    file: 'src/engine/reconcile/kubernetes/collect-log.ts',
    find: 'return time !== undefined && reader.hides(time);',
    replace: 'return false;',
  },
  {
    name: 'a clock that is set back in a log that is not read far back is no gap',
    tests: ['clock-steps'],
    file: 'src/core/log/reader.ts',
    find: "if (isBack && isNarrow(this.#since, before)) this.#gap ??= 'clock';",
    replace: '',
  },
  {
    name: 'a stream that may stay behind in a rotated log is not opened anew',
    tests: ['left-behind'],
    file: 'src/engine/reconcile/kubernetes/follow/log-stream.ts',
    find: 'return stream.read.taken > LOG_REREAD_BYTES;',
    replace: 'return false;',
  },
];
