/** Well-known causes of failures, found in an error, and what to do about each. Pure. */
import type { ErrorReport, NextflowReport } from './console/report.ts';

type Rule = {
  /** One sentence on what it means. */
  readonly sentence: string;
  /** What to do next. */
  readonly advice: string;
};

/** A code never changes its meaning. */
const RULES = {
  nextflow_out_of_memory: {
    sentence: 'A task was killed for using more memory than it was given.',
    advice:
      "Raise the process's `memory`, or let it grow: `errorStrategy 'retry'` with `memory { 8.GB * task.attempt }`.",
  },
  nextflow_driver_memory: {
    sentence: 'Nextflow itself ran out of memory, or was killed.',
    advice:
      'Give the driver more memory; `NXF_OPTS="-Xmx…"` has to stay below its limit. Its task pods may still run.',
  },
  nextflow_resources: {
    sentence: 'A task asks for more memory or CPUs than there are.',
    advice:
      'Lower what the process asks for, cap it with `process.resourceLimits = [memory: …, cpus: …]`, or take larger nodes.',
  },
  nextflow_missing_output: {
    sentence: 'A task ended well, but a file that it should have made is not there.',
    advice:
      'Compare the names in its `output:` with what the command writes, in its work folder; use `optional: true` where a file may be absent.',
  },
  nextflow_missing_input: {
    sentence: 'A file that is an input is not there.',
    advice: 'Check the path as the driver sees it: is it on a volume that the driver mounts?',
  },
  nextflow_missing_param: {
    sentence: 'A parameter that the pipeline needs was not given.',
    advice: 'Start it again with the parameter.',
  },
  nextflow_invalid_params: {
    sentence: "The parameters are not what the pipeline's schema allows.",
    advice: 'Mend the parameters that are named, then start it again.',
  },
  nextflow_image_pull: {
    sentence: 'The image of a task cannot be pulled.',
    advice:
      'Check the name and tag of the image, that its registry can be reached from the nodes, and the pull secret.',
  },
  nextflow_session_lock: {
    sentence: 'Another run has the lock of this session.',
    advice:
      'Wait until the other run has ended, or end it; a run with a session of its own does not need the lock.',
  },
  nextflow_unknown_session: {
    sentence: 'There is no earlier run to resume.',
    advice:
      'Resume in the same launch folder, with an id that `nextflow log` shows there, or start without resuming.',
  },
  nextflow_secret: {
    sentence: 'A secret that the pipeline or its configuration names is not there.',
    advice: 'Make the secret under that name, or take it out of the configuration.',
  },
  nextflow_config: {
    sentence: 'The configuration of Nextflow cannot be read.',
    advice: 'Mend the file that is named; `nextflow config` in its folder shows what it becomes.',
  },
  nextflow_compile: {
    sentence: 'The script of the pipeline is not valid.',
    advice:
      'Mend the place that is named, or take the version of Nextflow that the pipeline was written for.',
  },
  nextflow_time_limit: {
    sentence: 'A task ran longer than its time limit.',
    advice: "Raise the process's `time`, or give it less to do.",
  },
  nextflow_no_space: {
    sentence: 'A disk is full.',
    advice: 'Free space on the work volume (`nextflow clean -f`), or take a larger one.',
  },
  nextflow_command_not_found: {
    sentence: 'The image of a task has no such program.',
    advice: 'Take an image that has the program, or name it by its full path.',
  },
  nextflow_metrics_need_ps: {
    sentence: 'Nextflow measures its tasks, for which the image of a task lacks the program `ps`.',
    advice:
      'Take an image with `ps` (the package procps), or measure nothing: `nextflow.trace: log` (or weblog) and `reports: false`, and no trace, report or timeline in the configuration of the pipeline.',
  },
  nextflow_forbidden: {
    sentence: 'Kubernetes refuses what Nextflow asks for: its rights, a quota, or pod security.',
    advice:
      "Read the message: give the driver's service account the right that is named, free the quota, or choose a namespace that takes such pods.",
  },
  nextflow_pod_lost: {
    sentence: 'The pod of a task was taken away: its node went down, or somebody deleted it.',
    advice: 'Resume the run; tasks that are done are not repeated.',
  },
  nextflow_task_stopped: {
    sentence: 'A task was ended by a signal: its time limit was over, or somebody deleted its pod.',
    advice:
      "Raise the process's `time` if it has one; else resume the run, which does not repeat tasks that are done.",
  },
  nextflow_pipeline_missing: {
    sentence: 'The pipeline, its revision or its script cannot be found.',
    advice: 'Check the name of the repository, the revision, and access to it.',
  },
  nextflow_option: {
    sentence: 'Nextflow does not know an option that it was given.',
    advice: 'Compare the option with `nextflow run -h` of the same version.',
  },
  nextflow_task: {
    sentence: 'A task ended with an exit code other than 0.',
    advice: 'Read what the command printed, above all its last lines.',
  },
  nextflow_error: {
    sentence: 'Nextflow or the pipeline reports an error.',
    advice: 'Read the message; `.nextflow.log` in the launch folder says more.',
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type CauseCode = keyof typeof RULES;
export const CAUSES: Readonly<Record<CauseCode, Rule>> = RULES;
export type Cause = Rule & { readonly code: CauseCode };

/** In the text of the error itself; the first that matches counts. */
const SAID: readonly (readonly [CauseCode, RegExp])[] = [
  ['nextflow_resources', /Process requirement exceeds? available (?:memory|CPUs)/],
  ['nextflow_time_limit', /Process exceeded running time limit|DeadlineExceeded/],
  ['nextflow_missing_output', /Missing output file\(s\)/],
  [
    'nextflow_image_pull',
    /image cannot be pulled|ErrImagePull|ImagePullBackOff|InvalidImageName|manifest unknown|Failed to pull singularity image|Unable to find image/i,
  ],
  ['nextflow_session_lock', /Unable to acquire lock on session/],
  ['nextflow_unknown_session', /Can't find a run with the specified id|Execution can't be resumed/],
  ['nextflow_no_space', /No space left on device|Disk quota exceeded|ENOSPC/],
  [
    'nextflow_out_of_memory',
    /OOMKilled|OutOfMemory|out of memory|Cannot allocate memory|oom-kill/i,
  ],
  [
    'nextflow_secret',
    /\bsecrets?\b.{0,200}(?:not found|missing|has no versions|does not exist|undefined)|(?:missing|unknown|required) secrets?\b/i,
  ],
  [
    'nextflow_config',
    /Unable to parse config file|Unknown configuration profile|Unknown config(?:uration)? (?:attribute|option|profile)|Config parsing failed/i,
  ],
  ['nextflow_compile', /Script compilation (?:error|failed)|Module compilation error/],
  [
    'nextflow_invalid_params',
    /Validation of pipeline parameters failed|ERROR: Validation of '.{0,80}' file failed|Parameter\(s\) \[.{0,200}are\)? not valid|is not declared in the script or config|cannot be assigned to /i,
  ],
  [
    'nextflow_missing_param',
    /Missing required param|required parameters?\b.{0,80}(?:missing|not)|is required but was not specified|(?:input|parameter|--\w+).{0,60}not specified/i,
  ],
  ['nextflow_forbidden', /error code=403|\bis forbidden\b|exceeded quota|violates PodSecurity/],
  [
    'nextflow_pod_lost',
    /may be evicted|error code=404|NodeTermination|\bEvicted\b|Shutdown|node shutdown|terminated by the external system|for an unknown reason/,
  ],
  [
    'nextflow_missing_input',
    /No such file(?: or directory)?: |No such file or directory|does not exist.{0,40}$|NoSuchFileException/,
  ],
  [
    'nextflow_pipeline_missing',
    /Cannot find script file|Remote resource not found|Cannot find `|Not a valid (?:project|Git)|Unknown project|Can't find revision|Cannot find revision|Project `.{0,200}` (?:not found|contains|cannot)/,
  ],
  ['nextflow_option', /^Unknown option: /],
  ['nextflow_driver_memory', /Java heap space|java\.lang\.OutOfMemoryError/],
];

/** Of these a task's own output decides, if the error says no more than that it ended badly. */
const PRINTED: readonly (readonly [CauseCode, RegExp])[] = [
  ['nextflow_metrics_need_ps', /Command 'ps' required by nextflow/i],
  ['nextflow_no_space', /No space left on device|Disk quota exceeded/],
  [
    'nextflow_out_of_memory',
    /out of memory|Cannot allocate memory|MemoryError|OutOfMemoryError|std::bad_alloc|Killed(?: *$| +"\$)/im,
  ],
  ['nextflow_command_not_found', /command not found|: not found$/m],
];

/** The exit code of SIGKILL. */
const KILLED = 137;
/** Exit codes of shells and signals. */
const EXITS: Readonly<Record<number, CauseCode>> = {
  126: 'nextflow_command_not_found',
  127: 'nextflow_command_not_found',
  // Nearly always by the kernel, for want of memory.
  [KILLED]: 'nextflow_out_of_memory',
  143: 'nextflow_task_stopped',
};

const find = (rules: typeof SAID, text: string): CauseCode | undefined =>
  rules.find(([, pattern]) => pattern.test(text))?.[0];

function codeOf(error: ErrorReport): CauseCode {
  if (error.driver_level) return 'nextflow_driver_memory';
  // The driver's own memory is told by an error without a task.
  if (error.process === null && /java\.lang\.OutOfMemoryError|Java heap space/.test(error.summary))
    return 'nextflow_driver_memory';
  if (error.invalid_params) {
    const isMissing = error.cause?.startsWith('Missing required parameter');
    return isMissing ? 'nextflow_missing_param' : 'nextflow_invalid_params';
  }
  const said = find(SAID, [error.summary, error.cause ?? '', error.detail ?? ''].join('\n'));
  if (said && !(said === 'nextflow_pod_lost' && error.exit_status === KILLED)) return said;
  const printed = find(
    PRINTED,
    [error.stderr ?? '', error.output ?? '', error.log ?? ''].join('\n'),
  );
  const byExit = EXITS[error.exit_status ?? 0];
  if (error.process === null) return 'nextflow_error';
  return printed ?? byExit ?? ((error.exit_status ?? 0) > 0 ? 'nextflow_task' : 'nextflow_error');
}

/** The cause of an error. */
export function causeOf(error: ErrorReport): Cause {
  const code = codeOf(error);
  return { code, ...RULES[code] };
}

/** The cause of a run's failure; null where it did not fail. */
export const causeOfRun = ({ outcome, error }: NextflowReport): Cause | null =>
  outcome === 'failed' && error !== null ? causeOf(error) : null;
