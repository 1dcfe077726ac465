/** `logs` and `events`. */
import type { Client, RunEvent } from '../../client/index.ts';
import { writeJson } from '../../core/json/write.ts';
import type { Register } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../failure.ts';
import { follow } from '../follow/follow.ts';
import { localTime, oneLine } from '../text/format.ts';
import { lineFilter, linesOf, timeOf } from '../text/log-lines.ts';

type LogOptions = {
  readonly follow?: boolean;
  readonly tail?: string;
  readonly since?: string;
  readonly grep?: string;
  readonly timestamps?: boolean;
  readonly container?: string;
};

function count(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new UsageError(`${option} ${text} is no whole number.`);
}

/** RFC 3339 and a blank, before each line of a log with timestamps. */
const STAMP = /^(\S+) /;

/** Prints at once, or holds the last ones until all have come. */
function lastOnes(lines: number | undefined, print: (text: string) => void) {
  const held: string[] = [];
  return {
    take(text: string): void {
      if (lines === undefined) print(text);
      else if (held.push(text) > lines) held.shift();
    },
    end: (): void => held.forEach(print),
  };
}

async function printLog(context: Context, client: Client, runId: string, options: LogOptions) {
  const { terminal } = context;
  const since = options.since && timeOf('--since', options.since, context.now());
  const filter = lineFilter(terminal, options.grep);
  const tail = count('--tail', options.tail);
  const stamped = options.timestamps === true || context.json || since !== undefined;
  // The server knows the last lines, but not which of them are asked for.
  const isPicked = options.grep !== undefined || since !== undefined;
  const lines = lastOnes(isPicked ? tail : undefined, (text) => terminal.out(text));
  const body = await client.logStream(runId, {
    ...(tail !== undefined && !isPicked && { tail }),
    ...(options.container !== undefined && { container: options.container }),
    ...(stamped && { timestamps: true }),
  });
  if (body === null) return;
  for await (const line of linesOf(body)) {
    const text = line.replace(/\n$/, '');
    const stamp = stamped ? STAMP.exec(text) : null;
    const message = stamp ? text.slice(stamp[0].length) : text;
    if (!filter.keep(message)) continue;
    if (since && stamp && Date.parse(stamp[1] ?? '') < since) continue;
    const time = options.timestamps && stamp ? stamp[0] : '';
    const end = line.endsWith('\n') ? '\n' : '';
    lines.take(
      context.json
        ? `${writeJson({ timestamp: stamp?.[1] ?? null, message })}\n`
        : `${time}${filter.show(message)}${end}`,
    );
  }
  lines.end();
}

/** The seq after which the last `tail` lines begin: each event of the log has one line at least. */
const TAIL_SLACK = 100;

async function followLog(context: Context, client: Client, runId: string, options: LogOptions) {
  if (options.container !== undefined)
    throw new UsageError('--container is for logs without --follow.');
  const tail = count('--tail', options.tail);
  const { last_seq } = tail === undefined ? { last_seq: 0 } : await client.getRun(runId);
  const since = options.since && timeOf('--since', options.since, context.now());
  return follow(context, client, runId, {
    after: tail === undefined ? 0 : Math.max(0, last_seq - tail - TAIL_SLACK),
    logOnly: true,
    ...(options.grep !== undefined && { grep: options.grep }),
    ...(since && { since }),
    ...(tail !== undefined && { tail: { lines: tail, until: last_seq } }),
    timestamps: options.timestamps === true,
  });
}

function describe(event: RunEvent): string {
  switch (event.type) {
    case 'status':
      return `${event.data.status} ${event.data.reason?.message ?? event.data.message ?? ''}`;
    case 'progress':
      return `${event.data.completed}/${event.data.total}`;
    case 'tasks':
      return event.data.tasks.map(({ name, status }) => `${name} ${status}`).join(', ');
    case 'log':
      return event.data.count === 1 ? '1 line' : `${event.data.count} lines`;
    case 'gap':
    case 'error':
      return event.data.message;
    case 'complete':
      return `${event.data.status} ${event.data.reason?.message ?? ''}`;
  }
}

function printEvent(context: Context, event: RunEvent): void {
  if (context.json) context.printJson(event);
  else
    context.terminal.out(
      `${event.seq}\t${localTime(event.timestamp)}\t${event.type}\t${oneLine(describe(event)).trim()}\n`,
    );
}

const PAGE = 500;

async function printEvents(context: Context, client: Client, runId: string, after: number) {
  for (let from = after; ; ) {
    const { events, last_seq } = await client.events(runId, { after: from, limit: PAGE });
    for (const event of events) printEvent(context, event);
    from = events.at(-1)?.seq ?? last_seq;
    if (from >= last_seq) return;
  }
}

export const registerLogs: Register = (program, act) => {
  program
    .command('logs')
    .summary("a run's log")
    .argument('<run>', 'id of the run')
    .option('-f, --follow', 'go on until the run ends; the exit code tells how')
    .option('--tail <lines>', 'only so many last lines')
    .option('--since <time>', 'only lines since: 90s, 10m, or a time')
    .option('--grep <expression>', 'only lines that match this regular expression')
    .option('--timestamps', 'the time before each line')
    .option('--container <name>', 'of this container')
    .action(
      act(async (context, runId: string, options: LogOptions) => {
        const client = await context.client();
        if (options.follow) return followLog(context, client, runId, options);
        return printLog(context, client, runId, options);
      }),
    );

  program
    .command('events')
    .summary("a run's events")
    .argument('<run>', 'id of the run')
    .option('-f, --follow', 'go on until the run ends; the exit code tells how')
    .option('--after <seq>', 'only events after this one', '0')
    .action(
      act(async (context, runId: string, options: { readonly follow?: boolean; after: string }) => {
        const client = await context.client();
        const after = count('--after', options.after) ?? 0;
        if (!options.follow) return printEvents(context, client, runId, after);
        return follow(context, client, runId, {
          after,
          event: (event) => printEvent(context, event),
          comeBack: 'sluice events -f',
        });
      }),
    );
};
