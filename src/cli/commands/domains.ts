/** `domains`, `audit`, and what keeps or deletes single runs: `hold`, `delete`. */
import { type Client, SluiceError } from '../../client/index.ts';
import { forEachId, type Register } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../failure.ts';
import { localTime, oneLine, safe } from '../text/format.ts';
import { details, table } from '../text/table.ts';

type DomainOptions = {
  readonly liveRuns?: string;
  readonly queuedRuns?: string;
  readonly logBytes?: string;
  readonly runsDays?: string;
  readonly auditDays?: string;
};
type AuditOptions = {
  readonly domain?: string;
  readonly since?: string;
  readonly until?: string;
};

const NONE = 'none';
const of = (count: number | undefined): string => (count === undefined ? '' : ` of ${count}`);
const days = (count: number | null): string => (count === null ? 'for ever' : `${count} days`);

async function show(context: Context, name: string): Promise<void> {
  const domain = await (await context.client()).domains.get(name);
  if (context.json) {
    context.printJson(domain);
    return;
  }
  const { quotas, usage, kept } = domain;
  details(context.terminal, [
    ['domain', domain.name],
    ['live runs', `${usage.live_runs}${of(quotas.live_runs)}`],
    ['queued runs', `${usage.queued_runs}${of(quotas.queued_runs)}`],
    [
      'log today',
      usage.log_bytes_today === null
        ? ''
        : `${usage.log_bytes_today}${of(quotas.log_bytes_per_day)} bytes`,
    ],
    ['runs kept', days(kept.runs_days)],
    ['audit kept', days(kept.audit_days)],
  ]);
}

async function list(context: Context): Promise<void> {
  const all = await (await context.client()).domains.list();
  if (context.json) for (const domain of all) context.printJson(domain);
  else
    table(
      context.terminal,
      ['DOMAIN', 'LIVE RUNS', 'QUEUED RUNS', 'LOG BYTES A DAY', 'RUNS KEPT'],
      all.map(({ name, quotas, retention }) => [
        name,
        String(quotas.live_runs ?? ''),
        String(quotas.queued_runs ?? ''),
        String(quotas.log_bytes_per_day ?? ''),
        retention.runs_days === undefined ? '' : `${retention.runs_days} days`,
      ]),
    );
}

/** The number of an option: undefined where it was not given, null for `none`. */
function numberOf(option: string, text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  if (text === NONE) return null;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`${option} ${text} is neither a whole number nor ${NONE}.`);
}

/** The values with the changes; null removes one. */
const changed = <T extends object>(
  before: T,
  changes: Readonly<Record<string, number | null | undefined>>,
): T =>
  Object.fromEntries(
    Object.entries({
      ...before,
      ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)),
    }).filter(([, value]) => value !== null),
  ) as T;

/** Changes what is named and keeps the rest. */
async function set(context: Context, name: string, options: DomainOptions): Promise<void> {
  if (Object.keys(options).length === 0)
    throw new UsageError(
      'Say what to set: --live-runs, --queued-runs, --log-bytes, --runs-days, --audit-days.',
    );
  const quotas = {
    live_runs: numberOf('--live-runs', options.liveRuns),
    queued_runs: numberOf('--queued-runs', options.queuedRuns),
    log_bytes_per_day: numberOf('--log-bytes', options.logBytes),
  };
  const retention = {
    runs_days: numberOf('--runs-days', options.runsDays),
    audit_days: numberOf('--audit-days', options.auditDays),
  };
  const { domains } = await context.client();
  const before = await domains.get(name).catch((error: unknown) => {
    if (error instanceof SluiceError && error.code === 'not_found')
      return { quotas: {}, retention: {} };
    throw error;
  });
  const after = await domains.put(name, {
    quotas: changed(before.quotas, quotas),
    retention: changed(before.retention, retention),
  });
  if (context.json) context.printJson(after);
  else await show(context, name);
}

async function* entriesOf(client: Client, options: AuditOptions) {
  const { domain, since, until } = options;
  const query = {
    ...(domain !== undefined && { domain }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
  for (let cursor: string | undefined; ; ) {
    const page = await client.audit(cursor === undefined ? query : { ...query, cursor });
    yield* page.entries;
    if (page.next_cursor === null) return;
    cursor = page.next_cursor;
  }
}

async function audit(context: Context, options: AuditOptions): Promise<void> {
  const rows: string[][] = [];
  for await (const entry of entriesOf(await context.client(), options)) {
    if (context.json) {
      context.printJson(entry);
      continue;
    }
    const { at, caller, operation, thing, outcome, status, from, count } = entry;
    rows.push([
      localTime(at),
      oneLine(caller.name ?? caller.id ?? caller.kind),
      operation,
      thing === null ? '' : `${thing.kind} ${safe(thing.id)}`,
      `${outcome}${status === null ? '' : ` ${status}`}${count > 1 ? ` ×${count}` : ''}`,
      from ?? '',
    ]);
  }
  if (context.json) return;
  if (rows.length === 0) context.terminal.err('No entries.\n');
  else table(context.terminal, ['WHEN', 'WHO', 'DID', 'TO', 'OUTCOME', 'FROM'], rows);
}

const registerKeeping: Register = (program, act) => {
  program
    .command('hold')
    .summary('keep a run, whatever its age')
    .argument('<run>', 'id of the run')
    .option('--reason <text>', 'why; it is shown with the run')
    .option('--end', 'do not keep it any longer')
    .action(
      act(
        async (
          context,
          runId: string,
          options: { readonly reason?: string; readonly end?: boolean },
        ) => {
          const run = await (await context.client()).holdRun(runId, !options.end, options.reason);
          if (context.json) context.printJson(run);
          else
            context.terminal.err(options.end ? `${runId} is not held.\n` : `${runId} is held.\n`);
        },
      ),
    );
  program
    .command('delete')
    .summary('delete runs that are over, with their logs')
    .argument('<run...>', 'ids of runs')
    .action(
      act(async (context, runIds: readonly string[]) => {
        const client = await context.client();
        await forEachId(context, runIds, async (runId) => {
          await client.deleteRun(runId);
          context.done(`Deleted ${runId}.`, { deleted: runId });
        });
      }),
    );
};

export const registerDomains: Register = (program, act) => {
  registerKeeping(program, act);
  const domains = program
    .command('domains')
    .summary('domains, their quotas, and how long they keep runs')
    .argument('[name]', 'one of them, with what it uses')
    .action(
      act((context, name?: string) => (name === undefined ? list(context) : show(context, name))),
    );
  domains
    .command('set')
    .summary('make a domain, or change it')
    .argument('<name>')
    .option('--live-runs <number>', `runs that hold a place; ${NONE} removes the quota`)
    .option('--queued-runs <number>', 'runs that wait')
    .option('--log-bytes <number>', 'bytes of log lines a day')
    .option('--runs-days <number>', 'days that runs are kept after their end')
    .option('--audit-days <number>', 'days that entries of the audit log are kept')
    .action(act((context, name: string, options: DomainOptions) => set(context, name, options)));
  domains
    .command('delete')
    .summary('delete a domain without tokens and live runs')
    .argument('<name>')
    .action(
      act(async (context, name: string) => {
        await (await context.client()).domains.delete(name);
        context.done(`Deleted ${name}.`, { deleted: name });
      }),
    );
  program
    .command('audit')
    .summary('who did what to what; for admins')
    .option('--domain <domain>', 'of this domain alone')
    .option('--since <time>', 'since: 90m, 7d, or a time; a day by default')
    .option('--until <time>', 'before')
    .action(act((context, options: AuditOptions) => audit(context, options)));
};
