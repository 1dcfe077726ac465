/** `run`, `rerun` and `resume`: start a run, and follow it if asked. */
import { type Client, JsonText, type StartedRun } from '../../client/index.ts';
import { JsonNumber, type JsonTree } from '../../core/json/text.ts';
import { writeJson } from '../../core/json/write.ts';
import { choice, collect, type Register } from '../command.ts';
import { type Context } from '../context.ts';
import { UsageError } from '../failure.ts';
import { pairs, paramsOf, readObject, readText } from '../files/params.ts';
import { follow } from '../follow/follow.ts';
import { oneLine, state } from '../text/format.ts';
import { secondsOf } from '../text/log-lines.ts';
import { printDryRun } from './dry-run.ts';

type Shared = {
  readonly param?: readonly string[];
  readonly paramsFile?: string;
  readonly lane?: string;
  readonly target?: string;
  readonly priority?: string;
  readonly label?: readonly string[];
  readonly deadline?: string;
  readonly onBusy?: string;
  readonly follow?: boolean;
  readonly dryRun?: boolean;
  readonly idempotencyKey?: string;
};
type FlowOptions = { readonly revision?: string; readonly nextflowProfile?: string };
type RunOptions = Shared &
  FlowOptions & {
    readonly image?: string;
    readonly script?: string;
    readonly env?: readonly string[];
    readonly secretEnv?: readonly string[];
  };

type Body = Map<string, JsonTree>;

const NUMBER = /^\d{1,9}$/;
function wholeNumber(option: string, text: string): JsonNumber {
  if (NUMBER.test(text)) return new JsonNumber(String(Number(text)));
  throw new UsageError(`${option} ${text} is no whole number.`);
}

async function applyShared(context: Context, body: Body, options: Shared): Promise<void> {
  const set = (name: string, value: JsonTree | undefined) => {
    if (value !== undefined) body.set(name, value);
  };
  const file = options.paramsFile && (await readObject(context.terminal, options.paramsFile));
  const given = new Map([...(file || []), ...paramsOf(options.param ?? [])]);
  const before = body.get('params');
  const params = new Map([...(before instanceof Map ? before : []), ...given]);
  if (params.size > 0) set('params', params);
  set('lane', options.lane);
  set('target', options.target);
  set('on_busy', options.onBusy);
  if (options.priority !== undefined) set('priority', wholeNumber('--priority', options.priority));
  if (options.deadline !== undefined)
    set('deadline_seconds', new JsonNumber(String(secondsOf('--deadline', options.deadline))));
  if (options.label) set('labels', pairs('--label', options.label));
}

/** `NAME=SECRET/KEY`, or `NAME=KEY` for the vault of the target. */
const secretsOf = (given: readonly string[]): JsonTree =>
  new Map(
    Array.from(pairs('--secret-env', given), ([name, source]) => {
      const [secret = '', key] = source.split('/', 2);
      const named: [string, JsonTree][] =
        key === undefined
          ? [['vault_key', secret]]
          : [
              ['secret', secret],
              ['key', key],
            ];
      return [name, new Map(named)];
    }),
  );

/** The key of the kind that the options are for; none where the pipeline alone says what runs. */
async function applyKind(
  context: Context,
  body: Body,
  command: readonly string[],
  options: RunOptions,
): Promise<void> {
  const { image, script, env, secretEnv } = options;
  const own = new Map<string, JsonTree>();
  const isFlow = flowOf(options).size > 0;
  const secrets = secretEnv && secretsOf(secretEnv);
  if (secrets && !isFlow) own.set('secret_env', secrets);
  if (image !== undefined) own.set('image', image);
  if (env) own.set('env', pairs('--env', env));
  if (script !== undefined) {
    if (command.length > 0) throw new UsageError('A script takes no command after --.');
    own.set('script', await readText(context.terminal, script));
    body.set('shell', own);
  } else if (own.size > 0 || command.length > 0) {
    if (command.length > 0) own.set('command', command);
    body.set('container', own);
  }
  const flow = flowOf(options);
  if (flow.size === 0) return;
  if (secrets) flow.set('secret_env', secrets);
  if (own.size > 0 || command.length > 0)
    throw new UsageError('--revision and --nextflow-profile are for pipelines of Nextflow.');
  body.set('nextflow', flow);
}

async function started(
  context: Context,
  client: Client,
  run: StartedRun,
  options: Shared,
): Promise<number | undefined> {
  const { terminal, colours } = context;
  if (options.follow) {
    if (!context.json) terminal.err(`${colours.bold(run.run_id)}\n`);
    return follow(context, client, run.run_id);
  }
  if (context.json) {
    context.printJson(run);
    return undefined;
  }
  terminal.out(`${run.run_id}\n`);
  const { queue_position: place, reason } = run;
  const waits = place === null ? '' : `, place ${place} in the queue of ${run.lane}`;
  const why = reason === null ? '' : `. ${oneLine(reason.message)}`;
  const attached = run.attached ? 'It was there already: ' : '';
  terminal.err(`${attached}${state(colours, run.state)}${waits}${why}\n`);
  if (terminal.tty) terminal.err(colours.dim(`Watch it: sluice logs -f ${run.run_id}\n`));
  return undefined;
}

/** `of`: the run that it continues or repeats; then the body changes the request of that one. */
const start = async (
  context: Context,
  body: Body,
  options: Shared,
  of?: { readonly how: 'resume' | 'rerun'; readonly runId: string },
) => {
  const client = await context.client();
  const request = new JsonText(writeJson(body));
  if (options.dryRun) {
    if (options.follow)
      throw new UsageError('--dry-run starts nothing that --follow could follow.');
    const text = of
      ? await client.dryRunAgainText(of.how, of.runId, request)
      : await client.dryRunText(request);
    return printDryRun(context, text);
  }
  const { idempotencyKey } = options;
  const keyed = idempotencyKey === undefined ? {} : { idempotencyKey };
  const send = of?.how === 'resume' ? client.resumeRun : client.rerun;
  const run = of ? await send(of.runId, request, keyed) : await client.startRun(request, keyed);
  return started(context, client, run, options);
};

function flowOf({ revision, nextflowProfile }: FlowOptions): Map<string, JsonTree> {
  const flow = new Map<string, JsonTree>();
  if (revision !== undefined) flow.set('revision', revision);
  if (nextflowProfile !== undefined) flow.set('profile', nextflowProfile);
  return flow;
}

export const registerRun: Register = (program, act) => {
  const shared = (name: string) =>
    program
      .command(name)
      .option('-p, --param <name=value>', 'a param; JSON where it is JSON, else text', collect)
      .option('--params-file <file>', 'params as JSON or YAML; - for standard input')
      .option('--lane <lane>', 'the lane that it goes through')
      .option('--target <target>', 'where it runs')
      .option('--priority <0-9>', '9 goes first')
      .option('--label <name=value>', 'a label', collect)
      .option('--revision <revision>', 'branch, tag or commit of a pipeline of Nextflow')
      .option('--nextflow-profile <names>', 'its profiles, joined by commas')
      .option('--deadline <span>', 'ends it after so long: 90, 30m, 2h')
      .addOption(choice('--on-busy <what>', 'if the lane is full', ['queue', 'attach', 'reject']))
      .option('--dry-run', 'print what would run, or all that is wrong; start nothing')
      .option('--idempotency-key <key>', 'the same key never starts a second run')
      .option('-f, --follow', 'print its log until it ends; the exit code tells how');

  shared('run')
    .summary('start a run')
    .description(
      'Starts a pipeline of the catalogue, a pipeline of Nextflow by its repository, a container, or a script. Prints the id of the run.',
    )
    .argument(
      '<pipeline>',
      'name of an entry, or what `nextflow run` takes; with --image or --script any name',
    )
    .argument('[command...]', 'after --: the command of the container')
    .option('--image <image>', 'runs a container')
    .option('--script <file>', 'runs a shell script; - for standard input')
    .option('--env <name=value>', 'a variable of the container or script', collect)
    .option(
      '--secret-env <name=secret/key>',
      'a variable from a Secret that the target lists',
      collect,
    )
    .action(
      act(async (context, pipeline: string, command: readonly string[], options: RunOptions) => {
        const body: Body = new Map([['pipeline', pipeline]]);
        await applyKind(context, body, command, options);
        await applyShared(context, body, options);
        return start(context, body, options);
      }),
    );

  const again = (how: 'resume' | 'rerun', summary: string, description: string) =>
    shared(how)
      .summary(summary)
      .description(description)
      .argument('<run>', 'id of the run')
      .action(
        act(async (context, runId: string, options: Shared & FlowOptions) => {
          const body: Body = new Map();
          const flow = flowOf(options);
          if (flow.size > 0) body.set('nextflow', flow);
          await applyShared(context, body, options);
          return start(context, body, options, { how, runId });
        }),
      );
  again(
    'rerun',
    'start what a run was started with, with changes if given',
    'Starts a new run by the request of another one. What is given replaces it there; params and labels merge. Prints the id of the new run.',
  );
  again(
    'resume',
    'continue a run of Nextflow that is over',
    'Starts a new run that continues another one in its session: tasks that it has completed are cached. Changes are taken as by `rerun`. Prints the id of the new run.',
  );
};
