/**
 * Descriptions of operations, parameters and fields for the OpenAPI document, where the route or the schema
 * has none. A test fails where both lack one.
 */
import { CAUSE_TABLE, REASON_TABLE } from './codes.ts';

const INGEST =
  'A message may come again, and in any order. Whatever it holds, it is answered with 200 once it is stored: Nextflow ends runs whose messages are refused.';

/** By operationId. */
export const OPERATIONS: Readonly<Record<string, string>> = {
  listRuns:
    'All filters hold together. Runs come by the time of their request; follow `next_cursor` until it is null.',
  getRun: 'State, place in the queue, reason and progress, as they are now.',
  listLanes:
    'Lanes that were made, or used by a run; each with its capacity and the runs that hold a place.',
  getLane: 'Capacity, runs that hold a place, and the queue in its order.',
  putLane: 'A lane that is not there is made. Fields that are not sent stay as they are.',
  listPipelines: 'The whole catalogue of the domain, without pages.',
  getPipeline: 'One entry, with its version in `ETag`.',
  createPipeline: '409 when there is one with this name.',
  changePipeline:
    'The body is the whole entry: what is left out gets its default. Runs that were accepted keep what they have.',
  deletePipeline:
    'Its runs with their logs and its saved versions stay, and an entry that is made anew continues their numbers.',
  listPipelineVersions:
    'Every save makes a version. The last 100 are kept, also after a deletion; `pipeline_version` of a run is one of them.',
  getPipelineVersion: '404 for one that was never saved, or is not kept any more.',
  listTargets: 'All targets of the domain, without pages. They hold no secrets.',
  getTarget: 'One target, with its version in `ETag`.',
  createTarget:
    'Only with the admin token of the settings, or as an admin of them. 409 when there is one with this name.',
  changeTarget:
    'Only with the admin token of the settings, or as an admin of them. The body is the whole target. 409 where live runs could not be found any more.',
  deleteTarget:
    'Only with the admin token of the settings, or as an admin of them. 409 while live runs or entries need it.',
  createToken: 'The answer is the only place where the token itself is ever shown.',
  listTokens: 'Names, scopes and dates; never the tokens themselves.',
  ingestCreate: `The first call of Tower's trace protocol: the run's session and name. ${INGEST}`,
  ingestBegin: `Versions, repository, revision, parameters, processes, and from Nextflow 26.04 on their graph. ${INGEST}`,
  ingestProgress: `The last state of each task that changed, a hundred at most, about once a second. ${INGEST}`,
  ingestHeartbeat: `After a minute in which no task changed. ${INGEST}`,
  ingestComplete: `How it ended, and what its processes used. ${INGEST}`,
  ingestWorkflow: 'Nextflow tells it with the scheduler of Seqera alone. Nothing of it is kept.',
  ingestWeblog: `The plugin tells nothing of cached tasks, and repeats nothing that is not taken. ${INGEST}`,
  legacyRun:
    'Attaches when the lane `default` is busy. Unknown fields are ignored, as in the legacy service.',
  legacyStatus: 'With the last lines of its log, and an address for live events.',
  legacyActive: 'The same as `/api/v1/pipeline/status`.',
  legacyHistory: 'Of the lane `default`.',
  legacyStream:
    'Always 426: no WebSocket is served here. The body has the address of one that sends the same messages.',
  live: 'Needs neither storage nor clusters.',
  health: 'Checks storage, and answers 200 in any case.',
  healthz: 'The same as `/health`.',
};

const DOMAIN = 'Domain that it belongs to; tokens see their own only.';
const SECONDS = 'Seconds from its start to its end; null before.';

/** By schema or operation and name, or by name alone. */
export const FIELDS: Readonly<Record<string, string>> = {
  run_id: 'Id of the run.',
  domain: DOMAIN,
  lane: 'Lane that it queues in; `default` by default.',
  kind: 'What is run; the key of that name says more.',
  state: 'Where the run is. `succeeded`, `failed` and `cancelled` are its ends.',
  pipeline: 'Name of the catalogue entry, or what `nextflow run` got.',
  labels: 'Up to 20 of your own, to find runs by.',
  triggered_by:
    'Who or what started it, for people; not given: the name of the caller, else its id. null keeps it unknown.',
  priority: '0 to 9; 9 goes first.',
  job_name: 'Name of its Kubernetes Job; null before there is one.',
  target: 'Target that it runs on; `default` by default.',
  reason: 'Why it waits, or ended as it did; null when there is nothing to say.',
  exit_code: 'Of the driver; null while it runs, or when it left none.',
  progress: 'Null until the log shows any.',
  created_at: 'When it was made, UTC.',
  started_at: 'When its process started; null before.',
  finished_at: 'When it was over; null before. The cluster tells it in whole seconds, cut.',
  duration_seconds: SECONDS,
  last_seq: 'Number of its newest event.',
  attempt: 'Kubernetes Jobs made for the run so far.',
  status: 'State of the run.',
  message: 'A sentence for a person.',
  resources: 'What the driver asks of its node.',
  deadline_seconds: 'The run is ended after it has run this long; up to 30 days.',
  on_busy:
    'What to do when the lane is full: `queue` waits, `attach` returns the run that is there, `reject` refuses.',
  plugins: 'Plugins of Nextflow that drivers load; null for those of the image.',
  next_cursor: 'For `cursor` of the next page; null at the end.',
  cursor: '`next_cursor` of the page before.',
  limit: 'Most entries of a page.',
  run_ids: 'Runs whose events are wanted.',
  expires_at: 'When it stops to be valid, UTC; null for never.',
  scopes: 'What the token may do.',
  pod: 'Name of the pod.',
  name: 'Its name in the domain.',
  description: 'For people.',
  websocket_url:
    'A WebSocket that sends events as the legacy service did; null while there is none.',
  'listRuns.lane': 'Runs of one of these lanes, at most 10: `a,b`, or the parameter several times.',
  'listRuns.pipeline':
    'Runs of this entry, or of what `nextflow run` got: the exact text. The parameter several times, at most 10: of one of these.',
  'getPolicy.name': 'Name of the domain.',
  'putPolicy.name': 'Name of the domain.',
  'getDomain.name': 'Name of the domain.',
  'putDomain.name': 'Name of the domain.',
  'deleteDomain.name': 'Name of the domain.',
  'Domain.name': 'Its name: in tokens, paths and events.',
  'DomainView.name': 'Its name: in tokens, paths and events.',
  quotas: 'What it may have; what is not named has no quota.',
  retention:
    'How long it keeps what; what is not named is kept as the settings of the installation say, else for ever.',
  kept: 'Which days hold: its own, else those of the settings of the installation.',
  usage: 'What it uses now.',
  'DomainList.domains': 'By name.',
  'AuditPage.entries': 'Oldest first.',
  'AuditEntry.request_id': '`X-Request-Id` of the answer; null for the app itself.',
  'AuditEntry.caller': 'Who did it.',
  'caller.name': 'Name of the token or person.',
  'thing.id': 'Its name or id.',
  'FilePage.places': 'Where the files are.',
  'readEvents.limit': 'Most events of a page.',
  'RunRequest.lane': 'Default: that of the entry, else `default`.',
  'Why.reason': 'For people: it is told in the events of the run.',
  'CancelRequest.reason': 'For people: it is told in the events of the run.',
  'HoldRequest.hold': 'True: the run is kept; false: the hold ends.',
  'HoldRequest.reason': 'For people: it is shown with the run.',
  'Hold.since': 'When the run was held.',
  'ConfirmGoneRequest.reason': 'For people: it is told in the events of the run.',
  'resources.cpu': 'CPU request, such as 500m or 2.',
  'resources.memory': 'Memory request and limit, such as 2Gi.',
  'EventPage.events': 'In order, without gaps.',
  'Lane.name': 'Its name in the domain.',
  'Lane.capacity': 'Runs at once.',
  'Lane.paused': 'Whether the lane admits no runs.',
  'Lane.queued': 'How many wait.',
  'queue.position': '1 is next.',
  'LaneList.lanes': 'The lanes of the page.',
  'PipelineList.pipelines': 'All entries, by name.',
  'getPipelineVersion.version': 'Its number.',
  'PipelineVersionPage.versions': 'The newest first.',
  'TargetList.targets': 'All targets, by name.',
  'TokenList.tokens': 'All tokens, without their secrets.',
  'RunPage.runs': 'The runs of the page, newest first.',
  'Pipeline.lane': 'Lane of its runs.',
  'Pipeline.target': 'Target of its runs.',
  'Pipeline.max_priority': 'The highest priority that a request can have; more is refused.',
  'Target.namespace': 'Namespace of its Jobs.',
  'Target.node_selector': 'Labels that a node needs to run drivers.',
  'Live.status': 'Always `ok`.',
  'Ready.status': 'Always `ok`: else the answer is 503.',
  'Health.status': '`degraded` while storage does not answer.',
  title: 'What the code means.',
  'Problem.status': 'The status of the answer.',
  request_id: 'The same as `X-Request-Id`.',
  'errors.field': 'Which one: `params.genome`, `query.limit`, `header.range`.',
  'errors.message': 'What is wrong with it, and what is allowed.',
  'Progress.completed': 'Steps that are done.',
  'Progress.total': 'Steps in all, as far as they are known.',
  'Reason.code': `Stable: what a program decides on.\n\n${REASON_TABLE}`,
  'PipelineFailure.code': `A well-known cause; more may come.\n\n${CAUSE_TABLE}`,
  'Reason.retryable':
    'Whether the same start, sent again, may well end in another way. False where something has to be changed first.',
  'Token.name': 'For people: who or what uses it.',
  'LogLine.container': 'Name of the container.',
  type: 'What kind of event it is.',
  data: 'What happened.',
  'data.lines': 'Lines in order.',
  'data.count': 'Number of lines.',
  'data.container': 'Name of the container.',
  'TaskCounts.pending': 'Made by Nextflow, not yet submitted.',
  'TaskCounts.submitted': 'Wait for a place on the cluster.',
  'TaskCounts.running': 'Run.',
  'TaskCounts.succeeded':
    'Ended with success, also where that was not told before their run succeeded.',
  'TaskCounts.cached': 'Not run again: an earlier run of the session did.',
  'TaskCounts.failed': 'Failed, with those that were run again or ignored.',
  'TaskCounts.aborted':
    'Stopped before their end, or not over when their run failed or was cancelled.',
  'TaskCounts.stored': 'Outputs that were in a `storeDir` already.',
  'TaskCounts.retried': 'Of those that failed: run again.',
  'TaskCounts.ignored': 'Of those that failed: the pipeline goes on without.',
  'ProcessCounts.counts': 'Its tasks by their status.',
  'TaskBrief.status': 'Where it is.',
  'Task.status': 'Where it is.',
  'TaskDetail.status': 'Where it is.',
  'data.level': 'Level that the line begins with.',
  'data.stage': 'Which step failed.',
  'data.run': 'The run in short, as it ended.',
  'Negotiation.expires_at': 'Until when the address can be used, UTC.',
  'LegacyActive.active': 'Whether a run is live.',
  'LegacyActive.run': 'The live run, else the last one.',
  'LegacyActive.progress_percent': '0 to 100; null while it is not known.',
  'LegacyActive.connected_clients': 'Number of viewers, counted every 30 s at most.',
  'LegacyActive.last_update': 'When something last happened, UTC.',
  'LegacyCancel.detail': 'Why it is not cancelled; null when it is.',
  'LegacyCancel.run_id': 'The run that was active; null when there was none.',
  'LegacyInvalid.detail': 'What is wrong, one entry for each value.',
  'LegacyRefusal.detail': 'A sentence for a person.',
  'detail.type': 'Always `value_error`.',
  'detail.loc': 'Where: `body` or `query`, then the names that lead to it.',
  'detail.msg': 'What is wrong with it.',
  'LegacyRequest.workdir': 'Work folder of Nextflow; null for one of its own.',
  'LegacyStart.attached': 'Whether the run was there already.',
};

type Node = Readonly<Record<string, unknown>>;

/**
 * The schema with a description for each of its fields. `name` is the schema's name, or the field's name inside
 * an object or a list.
 */
export function described(schema: unknown, name: string): unknown {
  if (Array.isArray(schema)) return schema.map((item) => described(item, name));
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) =>
      key === 'properties'
        ? [key, Object.fromEntries(Object.entries(value as Node).map((each) => field(name, each)))]
        : [key, described(value, name)],
    ),
  );
}

function field(parent: string, [name, schema]: readonly [string, unknown]): [string, unknown] {
  const inner = described(schema, name) as Node;
  // The schema of a body uses the texts of the answer's schema where it has none.
  const text =
    FIELDS[`${parent}.${name}`] ??
    FIELDS[`${parent.replace(/Input$/, '')}.${name}`] ??
    FIELDS[name];
  const { default: fallback, ...rest } = inner;
  const said = (rest['description'] as string | undefined) ?? text;
  // As text: generated clients demand a value in every body for a field with a `default`.
  const added = fallback === undefined ? '' : ` Default: \`${JSON.stringify(fallback)}\`.`;
  return [name, said === undefined ? rest : { ...rest, description: `${said}${added}` }];
}
