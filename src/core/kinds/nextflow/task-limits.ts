/** Limits that hold for every task, whatever a pipeline asks for. Pure. */
import { type FieldError, invalid } from '../../errors.ts';
import { quantity } from '../../kubernetes/quantity.ts';
import type { Planned } from '../kind.ts';
import { groovy, type NextflowTarget } from './config.ts';
import { versionOf } from './entry-place.ts';
import type { Nextflow } from './fields.ts';

/** The first version with `process.resourceLimits`. Older ones only warn of a directive that they do not know. */
const SINCE = [24, 4] as const;

const FIELD = 'nextflow.task_limits';
function faultOf(image: string): string | undefined {
  const [year, month] = versionOf(image) ?? SINCE;
  const isOld = year < SINCE[0] || (year === SINCE[0] && month < SINCE[1]);
  return isOld ? `need Nextflow 24.04 or later, and its image is ${image}` : undefined;
}

/** The same fault of an entry that says itself which Nextflow it has. */
export function limitFaults({
  image,
  version,
  task_limits,
}: Pick<Nextflow, 'image' | 'version' | 'task_limits'>): readonly FieldError[] {
  if (Object.values(task_limits ?? {}).every((limit) => limit === undefined)) return [];
  const named = image ?? (version === undefined ? undefined : `nextflow:${version}`);
  const message = named === undefined ? undefined : faultOf(named);
  return message === undefined ? [] : [{ field: FIELD, message }];
}

/**
 * The part of the configuration that limits tasks; empty without limits. A selector by name is stronger than those by label and
 * than what a script says, and of several the last in the order of all files counts: one that no other file can have is last. Its
 * pattern matches every name. Throws `invalid` for a version that has no such limits.
 */
export function taskLimits({ run_id, own, target }: Planned<Nextflow, NextflowTarget>): string {
  const { cpu, memory, time_seconds } = own.task_limits ?? {};
  const limits = {
    ...(cpu !== undefined && { cpus: cpu }),
    ...(memory !== undefined && { memory: `${Math.floor(quantity(memory) ?? 0)} B` }),
    ...(time_seconds !== undefined && { time: `${time_seconds} s` }),
  };
  if (Object.keys(limits).length === 0) return '';
  const fault = faultOf(target.nextflow_image);
  if (fault !== undefined) throw invalid(FIELD, fault);
  const directive = `resourceLimits = ${groovy(limits)}`;
  return `process {\n  ${directive}\n  withName: '.*|${run_id}' {\n    ${directive}\n  }\n}\n`;
}
