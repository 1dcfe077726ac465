/** A saved version of a catalogue entry. */
import { z } from 'zod';
import { Timestamp } from '../timestamp.ts';
import { Pipeline } from './entry.ts';

export const PipelineVersion = z
  .object({
    version: z.int().meta({
      description: '1 for the first; no number comes twice for a name, also not after a deletion.',
    }),
    saved_at: Timestamp.meta({ description: 'When it was saved, UTC.' }),
    saved_by: z.string().nullable().meta({
      description:
        'Name of the token that saved it, `root` for the one of the settings, `open` without tokens; null for the file of `SLUICE_CATALOGUE`.',
    }),
    entry: Pipeline.meta({ description: 'The entry as it was saved.' }),
  })
  .meta({ id: 'PipelineVersion' });
export type PipelineVersion = z.infer<typeof PipelineVersion>;
