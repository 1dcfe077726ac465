/** Fields of Nextflow pipelines in requests, entries and runs. Pure. */
import { z } from 'zod';
import { Image, Memory, ObjectName } from '../../kubernetes/rules.ts';
import { WorkPath } from '../../kubernetes/target.ts';
import { CPU_MAX, KIB } from '../../limits.ts';
import { RunId } from '../../names.ts';
import { ADDRESS_CHARS_MAX, DEADLINE_SECONDS_MAX, LABEL_CHARS_MAX } from '../../request-limits.ts';
import { fields, Text } from '../../schema/fields.ts';
import { ownEnvName, Resources, Source } from '../kind.ts';
import { secretEnv } from '../secret-env.ts';
import { PluginFolder } from './config.ts';
import { DRIVER_ENV } from './env.ts';
import type { InSession } from './session.ts';

/** A branch or tag by git's rules (git-check-ref-format), or a commit. One rule for requests and entries. */
const Revision = Text(LABEL_CHARS_MAX).regex(
  /^(?![-/.@])(?!.*(?:\.\.|\/\/|@\{|\.lock$|[/.]$))[^\s~^:?*[\]\\\u007f]*$/,
  'must be the name of a branch, a tag or a commit, such as 1.0.0+build.5',
);
const Profile = Text(LABEL_CHARS_MAX).regex(
  /^(?!-)[\w.,-]*$/,
  'must be names of letters, digits and . _ - joined by commas, such as test,docker',
);
const WorkDir = Text(ADDRESS_CHARS_MAX).regex(/^(?![-@])/, 'must not start with - or @');

const REVISION = { description: 'Branch, tag or commit of the pipeline; null for its default.' };
const PROFILE = { description: 'Profiles of Nextflow, joined by commas.' };
const WORK_DIR = {
  description: 'Work folder of Nextflow; null for a folder of its own on the work volume.',
};

/** Where the tasks of a run are to be learned from. Absent in what older builds stored, where it means the default. */
export const TraceChoice = z
  .enum(['log', 'file', 'tower', 'weblog', 'off'])
  .meta({ id: 'TraceChoice' });
export type TraceChoice = z.output<typeof TraceChoice>;
/** Of a launch without one. */
export const TRACE_DEFAULT: TraceChoice = 'log';
const TRACE = {
  description:
    "Where the tasks of its runs are learned from: `log`, Nextflow's log file and the console (the default); `file`, its trace file and the console, which also tell what tasks used, but let tasks fail whose image lacks `ps`; `tower` or `weblog`, what Nextflow sends by its plugin of that name, which the driver loads; `off`, nothing. A run keeps what its entry said at its start.",
};

/** Absent in what older builds stored, and where nobody asks: then a pipeline's own settings stay as they are. */
const REPORTS = z.boolean().optional().meta({
  description:
    "Nextflow writes its report, timeline and graph into the run's folder of reports, in place of where the pipeline would have them. For them it measures every task, which needs `ps` in the tasks' images.",
});

const TaskLimits = fields({
  cpu: z.int().min(1).max(CPU_MAX).optional().meta({ description: 'Whole CPUs of a task.' }),
  memory: Memory.optional().meta({ description: 'Memory of a task, such as 16Gi.' }),
  time_seconds: z
    .int()
    .min(1)
    .max(DEADLINE_SECONDS_MAX)
    .optional()
    .meta({ description: 'How long a task may run.' }),
}).meta({ id: 'TaskLimits' });

/** Spelt in one way only, and not where every driver has something: a pod has one mount at a path. */
const MountPath = WorkPath.refine(
  (path) => !/\/(?:\.{0,2}\/|\.{0,2}$)/.test(path),
  'must be a path without .. or //, such as /data',
).refine(
  (path) => !/^\/(?:etc\/)?sluice(?:\/|$)/.test(path),
  'is where drivers have files of Sluice; choose another, such as /data',
);

/** Longer ones belong into the pipeline's repository. */
const CONFIG_CHARS_MAX = 64 * KIB;
/** What entries alone may say. None has a default: what an entry does not use is not stored, so older builds can read it. */
const OF_ENTRIES = {
  config: Text(CONFIG_CHARS_MAX).optional().meta({
    description:
      "Configuration of Nextflow, read after the pipeline's own and before that of Sluice, which holds. Options of task pods go into `process.pod`.",
  }),
  image: Image.optional().meta({
    description: "Image of its drivers, in the place of the target's `nextflow_image`.",
  }),
  version: z
    .string()
    .regex(/^\d{2}\.\d{2}\.\d{1,3}(-edge)?$/, 'must be a version of Nextflow, such as 25.10.2')
    .optional()
    .meta({ description: "The target's `nextflow_image` with this for its tag." }),
  resources: Resources.optional().meta({
    description: "Of its drivers, in the place of the target's.",
  }),
  task_limits: TaskLimits.optional().meta({
    description:
      'What no task gets more of, whatever the pipeline asks for; tasks that ask for more get this. One that asks for no memory or no time has none to be limited. Needs Nextflow 24.04 or later.',
  }),
  storage: fields({
    claim: ObjectName.meta({ description: 'A PersistentVolumeClaim of the namespace.' }),
    mount_path: MountPath.optional().meta({
      description: "Where it is mounted; default: the target's.",
    }),
  })
    .meta({ id: 'Storage' })
    .optional()
    .meta({
      description:
        "The work volume of its runs, in the place of the target's: any claim of the namespace, which they may write to. The namespace is the border between tenants.",
    }),
};

/** Of the driver: Nextflow itself reads them, and its configuration. Task pods do not get them. */
const SECRET_ENV = secretEnv(ownEnvName(DRIVER_ENV));

/** Under `nextflow` in a request. */
export const REQUEST = {
  resume: RunId.optional().meta({
    description:
      'A run of this domain that is over, to be continued in its session: tasks that it has completed need not run again. An entry cannot forbid it.',
  }),
  revision: Revision.nullable().optional().meta(REVISION),
  profile: Profile.nullable().optional().meta(PROFILE),
  work_dir: WorkDir.nullable().optional().meta(WORK_DIR),
  reports: REPORTS,
  secret_env: SECRET_ENV,
};
/** The same in an entry. */
export const ENTRY = {
  source: Source.meta({ description: 'What `nextflow run` gets.' }),
  revision: Revision.nullable().default(null).meta(REVISION),
  profile: Profile.nullable().default(null).meta(PROFILE),
  work_dir: WorkDir.nullable().default(null).meta(WORK_DIR),
  plugins: PluginFolder.nullable()
    .default(null)
    .meta({ description: "In the place of the target's." }),
  trace: TraceChoice.optional().meta(TRACE),
  reports: REPORTS,
  ...OF_ENTRIES,
  secret_env: SECRET_ENV,
};
/** The same in a run. */
export const VIEW = {
  source: z.string().nullable().meta({ description: 'What `nextflow run` gets.' }),
  revision: z.string().nullable().meta(REVISION),
  profile: z.string().nullable().meta(PROFILE),
  work_dir: z.string().nullable().meta(WORK_DIR),
  plugins: PluginFolder.nullable(),
  trace: TraceChoice.optional().meta(TRACE),
  reports: REPORTS,
  ...OF_ENTRIES,
  secret_env: SECRET_ENV,
  session_id: z.string().nullable().optional().meta({
    description:
      "Nextflow's session, which runs that continue one another share; null where it is not known yet.",
  }),
};

/** What a launch holds. */
export type Nextflow = z.output<z.ZodObject<typeof ENTRY>> & InSession;
