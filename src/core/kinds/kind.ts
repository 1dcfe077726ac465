/** The type of a kind of run: everything in which kinds differ. Pure. */
import { z } from 'zod';
import type { FieldError } from '../errors.ts';
import type { Progress } from '../events/event.ts';
import type { JsonObject } from '../json/text.ts';
import { Cpu, EnvName, Memory } from '../kubernetes/rules.ts';
import type { BaseTarget } from '../kubernetes/target.ts';
import type { PipelineFailure } from '../reasons.ts';
import { ADDRESS_CHARS_MAX, ARGUMENT_CHARS_MAX } from '../request-limits.ts';
import { fields, Text } from '../schema/fields.ts';
import type { Given } from '../schema/given.ts';
import { type SecretEnv, secretEnv } from './secret-env.ts';

/** Where the ConfigMap of a run is mounted. */
export const CONFIG_PATH = '/etc/sluice';
/** The file with the params of a run, for every kind; `{}` without params. */
export const PARAMS_FILE = `${CONFIG_PATH}/params.json`;

export type Shape = Readonly<Record<string, z.ZodType>>;
export type Fields = Readonly<Record<string, unknown>>;
export type Json = Readonly<Record<string, unknown>>;

/** A `pipeline`, or what Nextflow fetches: it must not begin with a blank, or like an option of a command line. */
export const Source = Text(ADDRESS_CHARS_MAX).regex(
  /^(?![\s@-])[\s\S]*\S$/,
  'must not be empty, start with a blank, - or @, or end with a blank',
);

export const Resources = fields({
  cpu: Cpu.optional().meta({ description: 'CPU request, such as 500m or 2.' }),
  memory: Memory.optional().meta({ description: 'Memory request and limit, such as 2Gi.' }),
});

/** Variables that every driver gets; a value of its own would be lost. */
const RESERVED_ENV = ['SLUICE_ATTEMPT', 'SLUICE_PARAMS_FILE', 'SLUICE_RUN_ID'];
/** A variable's name, but for those that every driver gets, and `more`. */
export const ownEnvName = (more: readonly string[] = []) =>
  EnvName.refine(
    (name) => !RESERVED_ENV.includes(name) && !more.includes(name),
    'is set by Sluice itself, as on every driver',
  );
const OwnEnvName = ownEnvName();

/** Fields of every kind whose driver is a user's program. */
export const PROGRAM_OPTIONS = {
  env: z.record(OwnEnvName, Text(ARGUMENT_CHARS_MAX)).optional().meta({
    description:
      'Not for secrets: it is stored with the run and shown to its readers. Those go into `secret_env`.',
  }),
  secret_env: secretEnv(OwnEnvName),
  resources: Resources.optional(),
};

/** The driver of a run, as its kind plans it. */
export type Plan = {
  readonly image: string;
  readonly command?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
  readonly workingDir?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secretEnv: SecretEnv | undefined;
  readonly cpu: string;
  readonly memory: string;
  /** Files of the run's ConfigMap by name, in `CONFIG_PATH`. */
  readonly files: Readonly<Record<string, string>>;
  readonly mounts: readonly Json[];
  readonly volumes: readonly Json[];
  /** Whether the driver talks to the Kubernetes API. */
  readonly token: boolean;
  /** What reads along beside the driver, by its image; it ends after it. Absent without one. */
  readonly trace?: TraceReader | undefined;
};

/** The container `trace` of a driver's pod. */
export type TraceReader = {
  readonly command: readonly string[];
  readonly mounts: readonly Json[];
};

/** How a driver sends the trace of its run: to which address of the app, with a token that is valid for that alone. */
export type TraceAccess = {
  readonly source: 'tower' | 'weblog';
  readonly endpoint: string;
  readonly token: string;
};

/** Input of a plan. `own`: the result of `merge`. `params`: JSON text. */
export type Planned<Own, Target> = {
  readonly run_id: string;
  readonly domain: string;
  readonly attempt: number;
  readonly params: string;
  readonly own: Own;
  readonly target: Target;
  /** Undefined where the driver sends no trace, or has no address to send it to. */
  readonly trace?: TraceAccess | undefined;
};

/** Where a driver leaves files. Folders are below the work path of its target. */
export type Leavings = {
  /** Where it is started: its relative paths begin here. */
  readonly launch: string;
  /** What is written of the run itself: reports, timeline, graph, trace. */
  readonly reports: string;
  /** The run that began what this one continues, else this one: folders that are named after it are this one's, too. */
  readonly begun: string;
  /** Where its tasks work, as it is told: a path or an address. */
  readonly work: string;
  /** JSON text of the params as the driver gets them. */
  readonly params: string;
};

/** What several runs continue one after the other, never two at a time. */
export type Session = {
  /** By what the program knows it. */
  readonly id: string;
  /** Where the runs of it are launched, below the work path. */
  readonly folder: string;
  /** The run that began it. */
  readonly run_id: string;
};

/** How runs of a kind continue earlier ones. */
type Sessions<Own, Target, Settled> = {
  /** The session of a run: the one that it was given, else its own. */
  of(runId: string, own: Settled): Session;
  /** The run that is to be continued, as the request names it. */
  resumed(own: Own): string | undefined;
  /** The same in that session. */
  enter(own: Own, session: Session): Own;
  /** Where a session of such a run stays on this target, as text to compare; null: nothing outlives the run. */
  place(target: Target): string | null;
};

export type WorkVolume = Pick<BaseTarget, 'work_claim' | 'work_path'>;

/** Image and repository that a run uses, for the policy of its domain. `imageBy`: the field that decides the image, if it is another than `image`. */
export type Uses = {
  readonly image?: string;
  readonly imageBy?: string;
  readonly repository?: string;
};

/** Own fields that are also accepted beside the key of the kind, under the same names, until 1.0. */
type Aliases = {
  readonly request: readonly string[];
  readonly entry: readonly string[];
  readonly view: readonly string[];
};

/**
 * A kind is one value of this type in a file of its own, and one line in `index.ts`. `Own`: what `merge` makes of request and
 * entry; `Settled`: the same with what the target decides, as a launch holds it.
 */
export type Kind<Own = never, Target = never, Settled extends Own = Own> = {
  /** Its key in requests, entries, launches and runs. */
  readonly name: string;
  /** In words, such as `a container`. */
  readonly title: string;
  /** Fields under its key in a request; every one is optional. */
  readonly request: Shape;
  /** The same in an entry of the catalogue. */
  readonly entry: Shape;
  /** The same in a run. */
  readonly view: Shape;
  readonly aliases: Aliases;
  /** Fields that every target has for it. */
  readonly target: Shape;
  /** Faults of these fields in combination with the target's others. */
  checkTarget?(target: BaseTarget & Target): readonly FieldError[];
  /** Faults of an entry's own fields in combination. */
  checkEntry?(own: Own): readonly FieldError[];
  /** Whether lists of runs show the fields under its key; false where they may be large. */
  readonly listed: boolean;
  /** Fields of one that is listed that may be large: lists leave them out. */
  readonly unlisted?: readonly string[];
  /**
   * Whether a `pipeline` that is not an entry of the catalogue is itself what runs; such a kind is the default of requests. True
   * for one kind. For all others, what runs is under their key, which needs more than the scope `launch`.
   */
  readonly runsPipeline: boolean;
  /** The field under its key that says what runs; undefined for the kind that runs the pipeline. */
  readonly main?: string;
  /** What its fields mean where they are absent, if that is always the same. */
  readonly defaults?: Fields;
  /** Its platform: a Job on the cluster of the run's target. */
  readonly executor: 'kubernetes';
  /** Whether the driver may make pods of its own. */
  readonly hasTasks: boolean;
  /** Merges the fields of a request and of its entry into what runs. Throws `invalid` where something is missing. */
  merge(asked: Fields, entry: Fields | undefined, pipeline: string): Own;
  /** Fills in what the target decides, so that a later change of the target does not change an accepted run. Throws `invalid`. */
  settle?(own: Own, target: BaseTarget & Target): Settled;
  /** What its program would not read as it was sent, of the merged params. */
  checkParams?(params: JsonObject): readonly FieldError[];
  /** The merged params as the pipeline's schema is to check them, and what they are of all that its program has. Default: all. */
  toCheck?(own: Own, params: JsonObject): { readonly params: JsonObject; readonly given: Given };
  /** The protocol by which the driver is to send what its tasks do; absent, or undefined, where it does not. */
  trace?(own: Settled): TraceAccess['source'] | undefined;
  /** `target`: undefined where it is not known. */
  uses(own: Settled, target?: BaseTarget & Target): Uses;
  /** Of a kind whose runs keep what they have done, so that a later one can continue there. */
  readonly session?: Sessions<Own, BaseTarget & Target, Settled>;
  /** What is shown of what runs. Default: all of it. `runId`: null where there is no run yet. */
  show?(own: Settled, runId: string | null): Fields;
  /** The program that starts the driver; undefined when its image decides. */
  program(own: Own): string | undefined;
  /** The work volume of what runs. Default: the target's. */
  volume?(own: Settled, target: BaseTarget): WorkVolume;
  /** Where its drivers leave files, beside the folder that params name; undefined for nowhere. */
  leaves?(run: Planned<Settled, BaseTarget & Target>): Leavings;
  /** Plans the driver. Throws `invalid` where that is impossible. */
  plan(run: Planned<Settled, BaseTarget & Target>): Plan;
  readonly progress: {
    /** The progress after one line of the driver. */
    next(before: Progress | null, line: string): Progress | null;
    /** Most progress events for one batch of lines: the last ones. */
    readonly eventsPerBatch: number;
  };
  readonly failure: {
    /** Number of the log's last lines that are searched for the cause. */
    readonly lines: number;
    /** The most telling one of these lines. */
    read(lines: string): string;
    /** What they tell beyond that; null where nothing. Only of a kind whose drivers print it in a form of their own. */
    explain?(lines: string): PipelineFailure | null;
  };
};

export const workMount = ({ work_path }: BaseTarget): Json => ({
  name: 'work',
  mountPath: work_path,
});
export const workVolume = ({ work_claim }: BaseTarget): Json =>
  work_claim === null
    ? { name: 'work', emptyDir: {} }
    : { name: 'work', persistentVolumeClaim: { claimName: work_claim } };

/** The work volume for a driver that does not need one. */
export const ownVolumes = (target: BaseTarget): Pick<Plan, 'mounts' | 'volumes'> => ({
  mounts: target.work_claim === null ? [] : [workMount(target)],
  volumes: target.work_claim === null ? [] : [workVolume(target)],
});

/** `[3/20] …`: the usual progress of build tools. */
const COUNT = /^\[\s*(\d{1,9})\s*\/\s*(\d{1,9})\s*\]/;

/** Progress by lines such as `[3/20] …`. */
export const COUNTED: Kind['progress'] = {
  next(before, line) {
    const found = COUNT.exec(line);
    if (!found) return before;
    const [completed, total] = [Number(found[1]), Number(found[2])];
    if (completed > total) return before;
    const share = total === 0 ? null : Math.round((completed / total) * 1000) / 10;
    return { completed, total, percent: share };
  },
  eventsPerBatch: 5,
};
