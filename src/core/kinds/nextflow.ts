/** A Nextflow pipeline: a driver that runs `nextflow`, which makes its tasks pods. Pure. */

import { invalid } from '../errors.ts';
import type { Progress } from '../events/event.ts';
import { lastWords } from '../log/last-words.ts';
import { taskEvent } from '../nextflow/console/tally.ts';
import { failureOf } from '../nextflow/failure.ts';
import {
  CONFIG_PATH,
  type Kind,
  PARAMS_FILE,
  type Planned,
  workMount,
  workVolume,
} from './kind.ts';
import {
  NEXTFLOW_TARGET,
  type NextflowTarget,
  nextflowConfig,
  type PluginFolder,
} from './nextflow/config.ts';
import { chosenImage, inItsPlace, volumeOf } from './nextflow/entry-place.ts';
import { environment, PLUGINS_PATH } from './nextflow/env.ts';
import { ENTRY, type Nextflow, REQUEST, TRACE_DEFAULT, VIEW } from './nextflow/fields.ts';
import { paramsFile, toCheck, unreadable } from './nextflow/params-file.ts';
import { reportSettings } from './nextflow/reports.ts';
import { sentEnvironment, sentSettings, sentTrace, takenByTrace } from './nextflow/sent-trace.ts';
import {
  CLONES,
  continues,
  folderMounts,
  reportFolder,
  SESSIONS,
  sessionOfLaunch,
  shownWithSession,
} from './nextflow/session.ts';
import { limitFaults, taskLimits } from './nextflow/task-limits.ts';
import { traceReader, traceSettings } from './nextflow/trace.ts';

/** Enough for what Nextflow prints of a failed task: its script, and fifty lines each of output and errors. */
const FAILURE_LINES = 300;

/** The driver's home, a volume of its own, so that Nextflow loads nothing from there that another run wrote. */
export const HOME_PATH = '/sluice/home';

type Run = Planned<Nextflow, NextflowTarget>;

/**
 * Sets that home, then replaces the shell by Nextflow (`exec`): a shell in between would not pass on TERM, and task pods
 * would stay. An image has its Nextflow framework in the home that the image sets; with a new home the launcher would
 * download it at each start.
 */
const commandOf = (run: Run): readonly string[] => [
  'sh',
  '-c',
  [
    // The folder was there before, and tasks of other runs can write to it: a configuration there would be loaded, also from
    // a clone. A driver that was killed may also have left half a clone, at which Nextflow would stop.
    ...(continues(run) ? [`rm -rf nextflow.config ${CLONES} || exit`] : []),
    'NXF_DIST="${NXF_DIST:-${NXF_HOME:-$HOME/.nextflow}/framework}"',
    'if [ -d "$NXF_DIST" ]; then export NXF_DIST; fi',
    `export HOME=${HOME_PATH} NXF_HOME=${HOME_PATH}/.nextflow`,
    'exec nextflow "$@"',
  ].join('\n'),
  'nextflow',
];

/** The file with an entry's own configuration. */
const ENTRY_CONFIG = 'entry.config';

/**
 * Nextflow takes arguments that start with `-` for options, and replaces one that starts with `@` by the lines of that
 * file. The schemas refuse such values; this also refuses them from stored rows.
 */
function refuseOptions(values: Readonly<Record<string, string | null>>): void {
  for (const [field, value] of Object.entries(values))
    if (value !== null && /^[-@]/.test(value))
      throw invalid(`nextflow.${field}`, 'must not start with - or @');
}

const filled = (text: string | null | undefined): text is string =>
  text !== null && text !== undefined && text !== '';

/** What `-work-dir` gets: a path, perhaps below the launch folder, or an address. */
const workFolder = ({ own, target }: Pick<Run, 'own' | 'target'>): string =>
  filled(own.work_dir) ? own.work_dir : `${target.work_path}/work`;

/**
 * Arguments of `nextflow`. Options of `run` follow the pipeline, as in Nextflow's own documentation;
 * params go by file, so that types are kept and nothing needs quoting.
 */
function args(run: Run): readonly string[] {
  const { run_id, own, target } = run;
  const { source, revision, profile, work_dir } = own;
  refuseOptions({ source, revision, profile, work_dir });
  return [
    'run',
    source,
    '-name',
    run_id,
    '-params-file',
    PARAMS_FILE,
    // Of two files the later one holds.
    ...(filled(own.config) ? ['-c', `${CONFIG_PATH}/${ENTRY_CONFIG}`] : []),
    '-c',
    `${CONFIG_PATH}/nextflow.config`,
    '-ansi-log',
    'false',
    '-work-dir',
    workFolder({ own, target }),
    ...(filled(revision) ? ['-r', revision] : []),
    ...(filled(profile) ? ['-profile', profile] : []),
    ...(continues(run) ? ['-resume', sessionOfLaunch(run_id, own).id] : []),
  ];
}

/** The prepared plugins of a driver. Throws `invalid` when they are where runs can write. */
function pluginFolder(own: Nextflow, target: NextflowTarget): PluginFolder | null {
  const folder = own.plugins ?? target.plugins;
  if (folder && folder.claim === target.work_claim)
    throw invalid('nextflow.plugins.claim', WRITABLE_PLUGINS);
  return folder;
}

/** Throws `invalid` for secrets in the place of what the driver reports its tasks with. */
function refuseTaken(own: Nextflow): void {
  const taken = takenByTrace(own);
  for (const name of Object.keys(own.secret_env ?? {}))
    if (taken.includes(name))
      throw invalid(
        `nextflow.secret_env.${name}`,
        'is set by Sluice itself where the trace is tower: a driver reports to one place',
      );
}

/** The error for a plugin folder on the work claim. */
export const WRITABLE_PLUGINS =
  'is the work claim, where any run can put plugins that later drivers load';

/** Nextflow with ANSI off says when a task is submitted, or needs not run, never when it is done. A second try is no task more. */
function nextProgress(before: Progress | null, line: string): Progress | null {
  // Where the tasks themselves are known, they are what is counted.
  if (before?.tasks) return before;
  const event = taskEvent(line);
  if (event === null || event === 'resubmitted') return before;
  const done = event === 'submitted' ? 0 : 1;
  // The total is unknown while a pipeline runs, so there is no percentage.
  return {
    completed: (before?.completed ?? 0) + done,
    total: (before?.total ?? 0) + 1,
    percent: null,
  };
}

const pluginMount = ({ path }: PluginFolder) => ({
  name: 'plugins',
  mountPath: PLUGINS_PATH,
  readOnly: true,
  ...(path !== '' && { subPath: path }),
});
const pluginVolume = ({ claim }: PluginFolder) => ({
  name: 'plugins',
  persistentVolumeClaim: { claimName: claim, readOnly: true },
});

export const nextflow = {
  name: 'nextflow',
  title: 'a Nextflow pipeline',
  request: REQUEST,
  entry: ENTRY,
  view: VIEW,
  aliases: {
    request: ['revision', 'profile', 'work_dir'],
    entry: ['source', 'revision', 'profile', 'work_dir', 'plugins'],
    view: ['source', 'revision', 'profile', 'work_dir'],
  },
  target: NEXTFLOW_TARGET,
  defaults: { trace: TRACE_DEFAULT },
  checkTarget: ({ plugins, work_claim }) =>
    plugins === null || plugins.claim !== work_claim
      ? []
      : [{ field: 'plugins.claim', message: WRITABLE_PLUGINS }],
  checkEntry: limitFaults,
  listed: true,
  unlisted: ['config'],
  runsPipeline: true,
  executor: 'kubernetes',
  hasTasks: true,
  merge: (asked, entry, pipeline) => ({
    source: pipeline,
    revision: null,
    profile: null,
    work_dir: null,
    plugins: null,
    ...entry,
    ...asked,
  }),
  checkParams: unreadable,
  toCheck,
  session: SESSIONS,
  show: shownWithSession,
  trace: sentTrace,
  uses: (own, target) => ({ repository: own.source, ...chosenImage(own, target) }),
  program: () => 'nextflow',
  volume: volumeOf,
  leaves(run) {
    const { folder, run_id } = sessionOfLaunch(run.run_id, run.own);
    return {
      launch: folder,
      reports: reportFolder(run.run_id),
      begun: run_id,
      work: workFolder(run),
      params: paramsFile(run),
    };
  },
  plan(planned) {
    const run = inItsPlace(planned);
    const { run_id, own, target } = run;
    const plugins = pluginFolder(own, target);
    refuseTaken(own);
    return {
      image: target.nextflow_image,
      command: commandOf(run),
      args: args(run),
      workingDir: `${target.work_path}/${sessionOfLaunch(run_id, own).folder}`,
      env: { ...environment(run, plugins !== null), ...sentEnvironment(run) },
      secretEnv: own.secret_env,
      ...target.resources,
      files: {
        'params.json': paramsFile(run),
        'nextflow.config':
          nextflowConfig(run, [
            ...traceSettings(run),
            ...reportSettings(run),
            ...sentSettings(run),
          ]) + taskLimits(run),
        ...(filled(own.config) && { [ENTRY_CONFIG]: own.config }),
      },
      mounts: [
        workMount(target),
        ...folderMounts(run),
        { name: 'home', mountPath: HOME_PATH },
        ...(plugins ? [pluginMount(plugins)] : []),
      ],
      volumes: [
        workVolume(target),
        { name: 'home', emptyDir: {} },
        ...(plugins ? [pluginVolume(plugins)] : []),
      ],
      token: target.work_claim !== null,
      trace: traceReader(run),
    };
  },
  // Each task line is a step, so the last one has the current count.
  progress: { next: nextProgress, eventsPerBatch: 1 },
  failure: { lines: FAILURE_LINES, read: lastWords, explain: failureOf },
} as const satisfies Kind<Nextflow, NextflowTarget>;
