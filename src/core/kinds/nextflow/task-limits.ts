/** Limits that hold for every task, whatever a pipeline asks for. Pure. */
import { invalid } from '../../errors.ts';
import { quantity } from '../../kubernetes/quantity.ts';
import type { Planned } from '../kind.ts';
import { groovy, type NextflowTarget } from './config.ts';
import { versionOf } from './entry-place.ts';
import type { Nextflow } from './fields.ts';

/** The first version with `process.resourceLimits`. Older ones only warn of a directive that they do not know. */
const SINCE = [24, 4] as const;

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
  const [year, month] = versionOf(target.nextflow_image) ?? SINCE;
  if (year < SINCE[0] || (year === SINCE[0] && month < SINCE[1]))
    throw invalid(
      'nextflow.task_limits',
      `need Nextflow 24.04 or later, and its image is ${target.nextflow_image}`,
    );
  const directive = `resourceLimits = ${groovy(limits)}`;
  return `process {\n  ${directive}\n  withName: '.*|${run_id}' {\n    ${directive}\n  }\n}\n`;
}
