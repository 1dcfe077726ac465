/** Bugs of followers. */
import type { Mutant } from '../list.ts';

export const FOLLOWERS: readonly Mutant[] = [
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
    name: 'a stream that ended counts although another one was opened after it',
    file: 'src/engine/attendance.ts',
    find: "return;\n    this.#streamedTo = '';",
    replace: 'return;',
  },
  {
    name: 'a stream has no run followed',
    file: 'src/engine/wait-events.ts',
    find: 'reader.attend(run);',
    replace: '',
  },
  {
    name: 'a stream takes a run that a follower looks after',
    file: 'src/engine/readers.ts',
    find: 'if (!live || isAttended(run, now) || this.#isFull()) return;',
    replace: 'if (!live || this.#isFull()) return;',
  },
  {
    name: 'a stream takes a run whose Job is being made',
    file: 'src/engine/readers.ts',
    find: 'const live = !isTerminal(run.state) && run.job_uid !== null;',
    replace: 'const live = !isTerminal(run.state) && run.attempt > 0;',
  },
  {
    name: 'readers look four times a second, whatever comes',
    file: 'src/engine/readers.ts',
    find: 'Math.max(READERS_LOOK_MIN_MS, quiet)',
    replace: 'READERS_LOOK_MAX_MS',
  },
  {
    name: 'a run that is given up says for a minute that it is followed',
    file: 'src/engine/attendance.ts',
    find: 'this.#held = await this.#pass().record(this.#held, { attended_until: null });',
    replace: '',
  },
  {
    name: 'a slow Web PubSub holds back more with every run',
    file: 'src/engine/publisher.ts',
    find: '&& this.#backlog.tryTake(bytes)',
    replace: '',
  },
  {
    name: 'pages for a slow Web PubSub are read back for every run at once',
    file: 'src/engine/backlog.ts',
    find: 'if (!(await this.#take(BACKLOG_RUN_BYTES, signal))) return NOTHING;',
    replace: 'signal?.throwIfAborted();',
  },
];
