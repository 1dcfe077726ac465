/** Files of a run as the API shows them. Pure. */
import { z } from 'zod';
import { PLACES } from './folders.ts';

export const FileKind = z.enum(['report', 'timeline', 'dag', 'trace', 'output']).meta({
  id: 'FileKind',
  description:
    "What it is by its name: one of Nextflow's own reports, also where a pipeline puts those into its output, or output.",
});
export type FileKind = z.infer<typeof FileKind>;

export const FileEntry = z
  .object({
    path: z.string().meta({
      description:
        'Its place and the path there, such as `output/multiqc/report.html`: for `/files/{path}`. Bytes that are no text, control characters and `%` are written `%XX`.',
    }),
    kind: FileKind,
    size: z.int().min(0).meta({ description: 'Bytes.' }),
    modified: z.iso.datetime().meta({ description: 'When it was last changed, to the second.' }),
  })
  .meta({ id: 'FileEntry' });
export type FileEntry = z.infer<typeof FileEntry>;

export const FilePlace = z
  .object({
    name: z.enum(PLACES).meta({
      description:
        "`reports`: what Nextflow writes of the run itself; `output`: the folder that the params name as the run's output.",
    }),
    at: z.string().meta({ description: 'Its folder in the pods of the run, or its address.' }),
    readable: z.boolean().meta({ description: 'Whether its files are listed here.' }),
    why: z.string().nullable().meta({ description: 'A sentence: why they are not.' }),
  })
  .meta({ id: 'FilePlace' });
export type FilePlace = z.infer<typeof FilePlace>;

export const FilePage = z
  .object({
    files: z.array(FileEntry).meta({ description: 'By path.' }),
    places: z.array(FilePlace),
    more: z.boolean().meta({
      description: 'There are more files than the 10,000 that are listed.',
    }),
    listed_at: z.iso.datetime().meta({ description: 'When the work volume was looked at.' }),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'FilePage' });
export type FilePage = z.infer<typeof FilePage>;

/** Names of reports by nf-core's pipelines, and ours. */
const NAMES: readonly (readonly [FileKind, RegExp])[] = [
  ['report', /^(?:execution_)?report(?:_[-\d_]+)?\.html$/],
  ['timeline', /^(?:execution_)?timeline(?:_[-\d_]+)?\.html$/],
  ['trace', /^(?:execution_)?trace(?:_[-\d_]+)?\.(?:txt|tsv)$/],
  ['dag', /^(?:pipeline_)?dag(?:_[-\d_]+)?\.(?:html|mmd|dot|svg|png|pdf)$/],
];

/** What a file is. A `report.html` of output may be anybody's; `execution_report….html` is Nextflow's. */
export function fileKind(path: string): FileKind {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const [kind] = NAMES.find(([, pattern]) => pattern.test(name)) ?? [];
  const isOwn = path.startsWith('reports/') || /^(?:execution|pipeline)_/.test(name);
  return kind !== undefined && isOwn ? kind : 'output';
}
