/** `npm run bench`: takes the figures, prints them beside their targets, and keeps the samples. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { clusterRows } from './cluster/rows.ts';
import { localRows } from './local/rows.ts';
import { commit, describeMachine, loadAverage } from './machine.ts';
import { methodPage } from './method.ts';
import { createTable, meets, type Result, readResults, writeResults } from './report.ts';
import type { Row } from './row.ts';

const USAGE = `npm run bench -- [options]
  --cluster           the rows of the cluster of KUBECONFIG, instead of those of this machine
  --only ID[,ID]      these rows only; the result file keeps its others
  --out FILE          the result file (test/bench/results/local.json or cluster.json)
  --list              name the rows and end
  --method            print the page that says how each is measured, and end`;

const { values } = parseArgs({
  options: {
    cluster: { type: 'boolean', default: false },
    only: { type: 'string' },
    out: { type: 'string' },
    list: { type: 'boolean', default: false },
    method: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const ROWS: readonly Row[] = [...localRows, ...clusterRows];

/** The rows of the result file: a local row and one of a cluster may share a name. */
const WHERE = values.cluster ? 'cluster' : 'local';
const THESE = ROWS.filter(({ where }) => where === WHERE);

/** The rows asked for; an unknown name is an error, not a row less. */
function chosen(): readonly Row[] {
  if (values.only === undefined) return THESE;
  const ids = values.only.split(',');
  const unknown = ids.filter((id) => !THESE.some((row) => row.id === id));
  if (unknown.length > 0) {
    throw new Error(`There is no ${WHERE} row ${unknown.join(', ')}; --list names them`);
  }
  return THESE.filter((row) => ids.includes(row.id));
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

async function measure(row: Row): Promise<Result> {
  const { id, title, units, targets } = row;
  const taken = {
    measured_at: new Date().toISOString(),
    commit: commit(),
    load: loadAverage(),
    machine: describeMachine(),
  };
  const outcome = await row.measure().catch((error: unknown) => ({ error: reasonOf(error) }));
  return { id, title, units, targets, ...outcome, ...taken };
}

function heading(): string {
  const { cpu, cores, memory_gib, kernel, node } = describeMachine();
  return [
    `${cpu}, ${cores} cores, ${memory_gib} GiB, ${kernel}, Node ${node}`,
    `${new Date().toISOString()}, commit ${commit() ?? 'unknown'}, load average ${loadAverage()}`,
  ].join('\n');
}

/** In the order of the table, the new ones in place of the old. */
function merged(old: readonly Result[], fresh: readonly Result[]): Result[] {
  const of = (id: string): Result | undefined =>
    fresh.find((result) => result.id === id) ?? old.find((result) => result.id === id);
  return THESE.flatMap((row) => of(row.id) ?? []);
}

const missed = ({ figures = {}, targets }: Result): number =>
  Object.entries(targets).filter(([name, target]) => !meets(figures[name] ?? Number.NaN, target))
    .length;

async function run(): Promise<boolean> {
  const rows = chosen();
  if (rows.length === 0) throw new Error('There is no such row; --list names them');
  if (values.cluster && !process.env['KUBECONFIG']) {
    throw new Error('The rows of a cluster need KUBECONFIG, the path of its kubeconfig');
  }
  const name = values.cluster ? 'cluster.json' : 'local.json';
  const out =
    values.out === undefined
      ? fileURLToPath(new URL(`./results/${name}`, import.meta.url))
      : resolve(values.out);
  const old = values.only === undefined ? [] : await readResults(out);
  const table = createTable(rows);
  console.log(`${heading()}\n\n${table.head()}`);
  const results: Result[] = [];
  for (const row of rows) {
    console.error(`… ${row.id}`);
    const result = await measure(row);
    results.push(result);
    console.log(table.row(result));
    // After each: what comes later may take long, or be interrupted.
    await writeResults(out, merged(old, results));
  }
  const failed = results.filter(({ error }) => error !== undefined).length;
  const below = results.reduce((sum, result) => sum + missed(result), 0);
  console.log(
    `\n${results.length} rows, ${failed} not measured, ${below} figures miss their target: ${out}`,
  );
  return failed === 0;
}

if (values.help) console.log(USAGE);
else if (values.method) process.stdout.write(methodPage(localRows, clusterRows));
else if (values.list) {
  for (const { id, where, title } of ROWS)
    console.log(`${id.padEnd(28)} ${where.padEnd(8)} ${title}`);
} else {
  try {
    process.exitCode = (await run()) ? 0 : 1;
  } catch (error) {
    console.error(reasonOf(error));
    process.exitCode = 1;
  }
  process.exit();
}
