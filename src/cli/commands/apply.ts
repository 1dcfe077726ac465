/** `apply`: makes targets, lanes and pipelines what files say. */
import { type Client, JsonText, SluiceError } from '../../client/index.ts';
import { Pipeline } from '../../core/catalogue/entry.ts';
import { fieldName } from '../../core/errors.ts';
import { isJsonObject, JsonNumber, parseJson, plainJson } from '../../core/json/text.ts';
import { canonicalJson, writeJson } from '../../core/json/write.ts';
import { Target } from '../../core/kinds/target.ts';
import { shorten } from '../../core/shorten.ts';
import type { Register } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT, UsageError } from '../failure.ts';
import {
  type Names,
  noteApplied,
  readApplied,
  readWanted,
  SORTS,
  type Sort,
  type Wanted,
} from '../files/apply-files.ts';
import { oneLine } from '../text/format.ts';

type Options = {
  readonly filename: string;
  readonly dryRun?: boolean;
  readonly prune?: boolean;
};

type Fields = Readonly<Record<string, unknown>>;
type Change = { readonly field: string; readonly from: unknown; readonly to: unknown };
type Step = {
  readonly action: 'create' | 'change' | 'delete' | 'keep';
  readonly sort: Sort;
  readonly name: string;
  readonly changes: readonly Change[];
  apply(): Promise<unknown>;
};

/** What the server makes itself. */
const READ_ONLY = new Set([
  'params_schema_source',
  'warnings',
  'runnable',
  'not_runnable_reason',
  'version',
]);

const SCHEMAS = { targets: Target, pipelines: Pipeline } as const;

/** The thing with its defaults, as the server would store it. Throws UsageError with each wrong field. */
function complete({ sort, name, body, file }: Wanted): Fields {
  const plain = plainJson(body);
  if (sort === 'lanes') return plain as Fields;
  const { data, error } = SCHEMAS[sort].safeParse(plain);
  if (error === undefined) return data;
  const faults = error.issues.map(({ path, message }) => `  ${path.join('.') || sort}: ${message}`);
  throw new UsageError(`${file}: ${sort} ${name} is not valid:\n${faults.join('\n')}`);
}

async function current(client: Client, { sort, name }: Wanted): Promise<Fields | undefined> {
  try {
    if (sort === 'lanes') return await client.getLane(name);
    const tree = parseJson(await client[sort].getText(name), Number.POSITIVE_INFINITY);
    return plainJson(tree) as Fields;
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'not_found') return undefined;
    throw error;
  }
}

/** The members of an object, also of one whose text is kept as it was written. */
function membersOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (isJsonObject(value)) return value;
  const isPlain = Object.prototype.toString.call(value) === '[object Object]';
  return isPlain && !(value instanceof JsonNumber)
    ? new Map(Object.entries(value as Fields))
    : undefined;
}

/** What differs at the ends of the paths that both have; inside an object what is not said any more goes. */
function differences(path: readonly string[], from: unknown, to: unknown): readonly Change[] {
  if (canonicalJson(to ?? null) === canonicalJson(from ?? null)) return [];
  const [before, after] = [membersOf(from), membersOf(to)];
  if (before === undefined || after === undefined) return [{ field: fieldName(path), from, to }];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name) => differences([...path, name], before.get(name), after.get(name)));
}

/** Where the server fetches the schema, what it has is no difference to a file. */
const isFetched = ({ params_schema_from: from }: Fields, field: string): boolean =>
  field === 'params_schema' && from !== undefined;

const changesOf = (before: Fields, after: Fields): readonly Change[] =>
  Object.entries(after)
    .filter(([field]) => !READ_ONLY.has(field) && !isFetched(after, field))
    .flatMap(([field, to]) => differences([field], before[field], to));

/** A lane is declared by PUT, also where it is new. */
function writeOf(client: Client, { sort, name, body }: Wanted, isNew: boolean): Promise<unknown> {
  const text = new JsonText(writeJson(body));
  if (sort === 'lanes') {
    const { name: _, ...lane } = plainJson(body) as Readonly<Record<string, never>>;
    return client.putLane(name, lane);
  }
  return isNew ? client[sort].create(text) : client[sort].putText(name, text);
}

async function stepOf(client: Client, wanted: Wanted): Promise<Step> {
  const { sort, name } = wanted;
  const after = complete(wanted);
  const before = await current(client, wanted);
  const changes = changesOf(before ?? {}, after);
  const action = before === undefined ? 'create' : changes.length > 0 ? 'change' : 'keep';
  return {
    action,
    sort,
    name,
    changes,
    apply: () => writeOf(client, wanted, before === undefined),
  };
}

function deletion(client: Client, sort: Sort, name: string): Step {
  const remove = async () => {
    try {
      await (sort === 'lanes' ? client.deleteLane(name) : client[sort].delete(name));
    } catch (error) {
      // Somebody else was faster.
      if (!(error instanceof SluiceError && error.code === 'not_found')) throw error;
    }
  };
  return { action: 'delete', sort, name, changes: [], apply: remove };
}

const MARKS = { create: '+', change: '~', delete: '-', keep: '=' } as const;
const SHOWN_MAX = 200;
const shown = (value: unknown): string => {
  const text = oneLine(value === undefined || value === null ? 'none' : writeJson(value));
  return shorten(text, SHOWN_MAX);
};

function print(context: Context, step: Step): void {
  const { action, sort, name, changes } = step;
  if (context.json) {
    context.printJson({ action, sort, name, changes });
    return;
  }
  const { colours, terminal } = context;
  const paint = {
    create: colours.green,
    change: colours.yellow,
    delete: colours.red,
    keep: colours.dim,
  };
  terminal.out(`${paint[action](`${MARKS[action]} ${sort} ${name}`)}\n`);
  if (action !== 'change') return;
  for (const { field, from, to } of changes)
    terminal.out(`    ${field}: ${colours.red(shown(from))} → ${colours.green(shown(to))}\n`);
}

/** Deletions go last, in the order in which nothing is needed any more. */
function deletions(client: Client, before: Names, wanted: readonly Wanted[]): readonly Step[] {
  return SORTS.toReversed().flatMap((sort) =>
    before[sort]
      .filter((name) => !wanted.some((each) => each.sort === sort && each.name === name))
      .map((name) => deletion(client, sort, name)),
  );
}

/** What stays noted: what was written now or before, without what was deleted. */
function notedAfter(before: Names, wanted: readonly Wanted[], prune: boolean): Names {
  const of = (sort: Sort): string[] => {
    const now = wanted.filter((each) => each.sort === sort).map(({ name }) => name);
    return [...new Set([...(prune ? [] : before[sort]), ...now])].toSorted();
  };
  return { targets: of('targets'), lanes: of('lanes'), pipelines: of('pipelines') };
}

async function apply(context: Context, options: Options): Promise<number> {
  const { filename, dryRun = false, prune = false } = options;
  const wanted = await readWanted(filename);
  const { url } = await context.profile();
  const client = await context.client();
  const place = { server: url, domain: (await client.tokens.whoami()).domain };
  const before = await readApplied(filename, place);
  const inOrder = SORTS.flatMap((sort) => wanted.filter((each) => each.sort === sort));
  const steps: Step[] = [];
  // All are read before the first is written: a mistake in the last file changes nothing.
  for (const each of inOrder) steps.push(await stepOf(client, each));
  if (prune) steps.push(...deletions(client, before, wanted));
  // Noted before anything is written: what a stopped apply has made is found by a later one.
  if (!dryRun) await noteApplied(filename, place, notedAfter(before, wanted, false));
  const changing = steps.filter(({ action }) => action !== 'keep');
  let written = 0;
  for (const step of steps) {
    print(context, step);
    if (step.action === 'keep' || dryRun) continue;
    await step.apply().catch((error: unknown) => {
      context.terminal.err(
        `${written} of ${changing.length} were written. Mend this, then apply again: it goes on from here.\n`,
      );
      throw error;
    });
    written += 1;
  }
  if (!dryRun && prune) await noteApplied(filename, place, notedAfter(before, wanted, true));
  const count = changing.length;
  const said = dryRun ? `${count} would change; nothing was written.` : `${count} changed.`;
  context.terminal.err(`${steps.length} looked at, ${said}\n`);
  return EXIT.succeeded;
}

export const registerApply: Register = (program, act) => {
  program
    .command('apply')
    .summary('make targets, lanes and pipelines what files say')
    .description(
      'Reads JSON and YAML files with lists of `targets`, `lanes` and `pipelines`, shows what differs on the server, and writes it. What it wrote it notes in .sluice-applied.json beside the files, so that --prune deletes nothing else.',
    )
    .requiredOption('-f, --filename <path>', 'a file, or a folder of files')
    .option('--dry-run', 'show what would change, and write nothing')
    .option(
      '--prune',
      'delete what an earlier apply of these files wrote and they do not have any more',
    )
    .action(act((context, options: Options) => apply(context, options)));
};
