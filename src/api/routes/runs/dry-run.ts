/** A start that is only tried, and all that is wrong with a request to start. */
import type { Context } from 'hono';
import { AppError, type FieldError, fieldPath } from '../../../core/errors.ts';
import type { JsonTree } from '../../../core/json/text.ts';
import { KIND_NAMES } from '../../../core/kinds/all.ts';
import { RunRequest } from '../../../core/runs/request.ts';
import { planRun } from '../../../engine/commands/plan.ts';
import { dryRun } from '../../../engine/commands/runs/dry-run.ts';
import type { World } from '../../../ports/world.ts';
import { startedBy } from '../../http/access.ts';
import { answer } from '../../http/json-answer.ts';
import { type Failure, fieldErrors, invalidFields, invalidRequest } from '../../http/problem.ts';
import type { ApiEnv } from '../../services.ts';

export const isDryRun = (c: Context<ApiEnv>): boolean => c.req.query('dry_run') === 'true';

/** What the request would start. Nothing is written, so the audit log has no entry of it either. */
export async function answerDryRun(
  world: World,
  c: Context<ApiEnv>,
  request: RunRequest,
  sent: JsonTree = c.var.sent,
) {
  c.set('changesNothing', true);
  const { domain } = c.var.caller;
  const submission = { domain, request, sent, ...startedBy(c, 'created') };
  return answer(c, await dryRun(world, submission), 200);
}

/** Fields of the body that decide what is started: while one of them is wrong, nothing more can be told. */
const DECISIVE: readonly string[] = ['pipeline', 'pipeline_version', 'kind'];
/** Without a field that is wrong the schema may find more, that it did not look for before. */
const PASSES = 3;

type Body = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The refusal of a body that does not match the schema, with what catalogue and policy say of the rest of it. */
export async function refusalOf(
  world: World,
  failure: Failure,
  c: Context<ApiEnv>,
): Promise<AppError> {
  const refusal = invalidRequest(failure);
  const body: unknown = failure.target === 'json' ? await c.req.json() : undefined;
  if (!isObject(body)) return refusal;
  const found = await faultsOfRest(world, body, refusal.fields, c);
  return invalidFields([...refusal.fields, ...found]);
}

const nameOf = ({ field }: FieldError): string => fieldPath(field)[0] ?? '';

async function faultsOfRest(
  world: World,
  body: Body,
  first: readonly FieldError[],
  c: Context<ApiEnv>,
): Promise<readonly FieldError[]> {
  const faults: FieldError[] = [];
  const wrong = new Set(first.map(nameOf));
  for (let pass = 0; pass < PASSES; pass += 1) {
    if ([...wrong].some((name) => DECISIVE.includes(name) || !(name in body))) return faults;
    const kind = KIND_NAMES.find((name) => wrong.has(name));
    const rest = Object.entries(body).filter(([name]) => !wrong.has(name));
    const parsed = RunRequest.safeParse({ ...(kind && { kind }), ...Object.fromEntries(rest) });
    const more = parsed.success
      ? await planFaults(world, parsed.data, c)
      : fieldErrors(parsed.error.issues);
    // Without its fields a kind lacks what it needs, and an image or a script names no entry.
    const misled = kind === undefined ? [] : ['pipeline', 'kind'];
    faults.push(
      ...more.filter((fault) => !wrong.has(nameOf(fault)) && !misled.includes(nameOf(fault))),
    );
    if (parsed.success) return faults;
    for (const fault of more) wrong.add(nameOf(fault));
  }
  return faults;
}

async function planFaults(
  world: World,
  request: RunRequest,
  c: Context<ApiEnv>,
): Promise<readonly FieldError[]> {
  const { launchOnly = false } = startedBy(c, 'created');
  try {
    await planRun(world, { domain: c.var.caller.domain, request, launchOnly });
    return [];
  } catch (error) {
    if (error instanceof AppError) return error.fields;
    throw error;
  }
}
