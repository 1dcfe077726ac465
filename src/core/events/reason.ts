/** The schema of a reason, as events and views of runs have it. */
import { z } from 'zod';
import { REASON_CODES } from '../reasons.ts';

const said = (description: string) => z.string().nullable().meta({ description });

/** Every field but the first four is null where the pipeline does not tell it; long ones are shortened. */
const PipelineFailure = z
  .object({
    code: z.string(),
    meaning: z.string().meta({ description: 'What the code means.' }),
    advice: z.string().meta({ description: 'What to do next.' }),
    summary: z.string().meta({ description: 'The first line of the error.' }),
    process: said('The process whose task failed.'),
    tag: said('Which of its tasks.'),
    exit_status: z.int().nullable().meta({ description: 'Of the task, not of the driver.' }),
    cause: said('Why, in the words of Nextflow.'),
    command: said('The begin of what the task ran.'),
    last_lines: said('The end of what it printed.'),
    work_dir: said('The folder of the task.'),
    container: said('Its image.'),
    tip: said('What Nextflow advises.'),
  })
  .meta({ id: 'PipelineFailure' });

export const Reason = z
  .object({
    code: z.enum(REASON_CODES),
    message: z.string(),
    retryable: z.boolean(),
    failure: PipelineFailure.optional().meta({
      description:
        'What a pipeline that failed tells of it. Of Nextflow, and only where it printed an error. Lists of runs leave it out.',
    }),
  })
  .meta({ id: 'Reason' });
