/** The request of a run, to be sent again: to continue that run, or to repeat it. */
import { AppError, invalid } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonTree } from '../../../core/json/text.ts';
import { mergeJson, parseStored } from '../../../core/json/write.ts';
import { kindOf } from '../../../core/kinds/all.ts';
import type { Origin, Run } from '../../../core/runs/run.ts';
import type { World } from '../../../ports/world.ts';
import { getPipeline } from '../../catalogue/catalogue.ts';
import { missingRun } from '../../events/missing.ts';
import { type Found, readRunAndLaunch } from '../../store/run-store.ts';
import { keepsNothing } from './continue-run.ts';

const NONE: JsonObject = new Map();
const objectAt = (tree: JsonObject, name: string): JsonObject => {
  const member = tree.get(name);
  return isJsonObject(member) ? member : NONE;
};

export type Again = {
  readonly domain: string;
  readonly runId: string;
  readonly how: Origin['how'];
  /** What is changed, as it was sent. */
  readonly edits: JsonTree;
};

/**
 * The request as it would have to be sent. Whether it is one is to be checked. Rejects with AppError: `invalid`, `not_found`,
 * `gone`, `not_resumable`, `no_such_pipeline`.
 */
export async function requestAgain(
  world: World,
  { domain, runId, how, edits }: Again,
): Promise<JsonTree> {
  const found = await readRunAndLaunch(world, runId);
  if (found?.run.domain !== domain) throw await missingRun(world, domain, runId);
  if (how === 'resume' && !kindOf(found.run.kind).session)
    throw new AppError(
      'not_resumable',
      `Run ${runId} cannot be resumed: ${keepsNothing(found.run)}`,
    );
  const request = parseStored(found.launch.request);
  const sent = isJsonObject(request) ? request : NONE;
  const all = merged(found.run, sent, isJsonObject(edits) ? edits : NONE, how);
  await assertSamePipeline(world, found, all, how);
  return all;
}

/** Refuses what ran from an entry of the catalogue that is no more, or starts runs of another kind now. */
async function assertSamePipeline(
  world: World,
  { run, launch }: Found,
  request: JsonObject,
  how: Origin['how'],
): Promise<void> {
  const { run_id, domain, kind } = run;
  const { pipeline } = launch;
  const { main } = kindOf(kind);
  const entry = await getPipeline(world, domain, pipeline);
  const ranEntry = typeof launch.pipeline_version === 'number';
  const brings = main !== undefined && objectAt(request, kind).has(main);
  const deleted = !entry && ranEntry && !brings;
  // Another version of the entry may be of another kind than the current one.
  const changed = entry && entry.kind !== kind && !request.has('pipeline_version');
  if (!deleted && !changed) return;
  const now = entry ? `is of kind ${entry.kind} now, and not ${kind}` : 'was deleted since';
  const cannot = how === 'resume' ? 'resumed' : 'started again';
  throw new AppError(
    how === 'resume' ? 'not_resumable' : entry ? 'invalid' : 'no_such_pipeline',
    `Run ${run_id} cannot be ${cannot}: its pipeline ${pipeline} ${now}.`,
    { fields: [{ field: 'pipeline', message: now }] },
  );
}

/** Members of a request that belong to that one start. */
const OF_ONE_START = ['triggered_by', 'rerun_of'];

function merged(
  { run_id, kind }: Run,
  sent: JsonObject,
  edits: JsonObject,
  how: Origin['how'],
): JsonObject {
  const changed = objectAt(edits, kind);
  if (changed.has('resume'))
    throw invalid(
      `${kind}.resume`,
      'is not for a run that is started again: POST /runs/{id}/resume names the run itself',
    );
  const before = [...objectAt(sent, kind)].filter(([name]) => name !== 'resume');
  const own = new Map([...before, ...changed]);
  const dropped = new Set([
    ...OF_ONE_START,
    // Who asked to be given the run that is there asks for a new one now.
    ...(sent.get('on_busy') === 'attach' ? ['on_busy'] : []),
    // A changed field may have been sent beside the key of its kind.
    ...kindOf(kind).aliases.request.filter((alias) => changed.has(alias)),
  ]);
  const all = new Map([...sent].filter(([name]) => !dropped.has(name)));
  for (const [name, value] of edits) all.set(name, value);
  for (const name of ['params', 'labels'])
    if (edits.has(name)) all.set(name, mergeJson(objectAt(sent, name), objectAt(edits, name)));
  if (how === 'resume') own.set('resume', run_id);
  else all.set('rerun_of', run_id);
  if (own.size > 0) all.set(kind, own);
  else all.delete(kind);
  return all;
}
