/** Reads the events of the plugin nf-weblog. They tell nothing of cached and stored tasks. Whatever a body holds, nothing throws. */
import { newsOf, type TraceNews } from '../../tasks/report.ts';
import { workflowFacts } from './facts.ts';
import { taskReports } from './task-report.ts';
import { fieldsOf, instantOf, isFields, textOf } from './values.ts';

/** A Map: an event may have any name, also one that every object has. */
const STAGES: ReadonlyMap<string, 0 | 2> = new Map([
  ['started', 0],
  ['completed', 2],
]);

export function weblogNews(body: unknown): TraceNews {
  const fields = fieldsOf(body);
  const instant = instantOf(fields['utcTime']) ?? 0;
  const tasks = taskReports([fields['trace']], 'trace', instant, fieldsOf);
  const stage = STAGES.get(textOf(fields['event']) ?? '');
  const workflow = fieldsOf(fields['metadata'])['workflow'];
  if (stage === undefined || !isFields(workflow)) return newsOf('weblog', tasks);
  return { ...newsOf('weblog', tasks), facts: workflowFacts(stage, instant, workflow) };
}
