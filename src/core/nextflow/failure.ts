/** The failure of a pipeline, as a run's reason holds it. Pure. */
import type { PipelineFailure } from '../reasons.ts';
import { shorten } from '../shorten.ts';
import { causeOf } from './causes.ts';
import { Console } from './console/console.ts';
import { nameAndTag } from './console/lines.ts';

/** Characters of a line and of a text: it is stored with the run and told in two of its events. */
export const FAILURE_LINE_MAX = 500;
export const FAILURE_TEXT_MAX = 1_500;

const cut = (text: string | null, max: number, keep: 'start' | 'end' | 'ends'): string | null =>
  text === null ? null : shorten(text, max, keep);

/** What a driver's last lines tell of its failure; null where they hold no error of Nextflow. Texts are shortened. */
export function failureOf(lines: string): PipelineFailure | null {
  const parser = new Console();
  for (const line of lines.split('\n')) parser.line(line);
  const { error, outcome } = parser.report();
  if (outcome !== 'failed' || !error?.fatal) return null;
  const { code, sentence, advice } = causeOf(error);
  const task = error.process === null ? null : nameAndTag(error.process);
  const line = (text: string | null) => cut(text, FAILURE_LINE_MAX, 'ends');
  return {
    code,
    meaning: sentence,
    advice,
    summary: shorten(error.summary, FAILURE_LINE_MAX, 'ends'),
    process: line(task?.name ?? null),
    tag: line(task?.tag ?? null),
    exit_status: error.exit_status,
    cause: line(error.cause),
    command: cut(error.command, FAILURE_TEXT_MAX, 'start'),
    last_lines: cut(error.stderr ?? error.log ?? error.output, FAILURE_TEXT_MAX, 'end'),
    work_dir: line(error.work_dir),
    container: line(error.container),
    tip: line(error.tip),
  };
}
