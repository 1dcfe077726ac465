/** A container: an image, and the command that it runs. Pure. */
import { z } from 'zod';
import { invalid } from '../errors.ts';
import { Image } from '../kubernetes/rules.ts';
import { lastWords } from '../log/last-words.ts';
import { ARGUMENT_CHARS_MAX, ARGUMENTS_MAX, COMMAND_WORDS_MAX } from '../request-limits.ts';
import { Text } from '../schema/fields.ts';
import { COUNTED, type Kind, ownVolumes, PROGRAM_OPTIONS } from './kind.ts';

const OPTIONS = {
  command: z
    .array(Text(ARGUMENT_CHARS_MAX))
    .max(COMMAND_WORDS_MAX)
    .optional()
    .meta({ description: "Replaces the image's entrypoint." }),
  args: z
    .array(Text(ARGUMENT_CHARS_MAX))
    .max(ARGUMENTS_MAX)
    .optional()
    .meta({ description: "Arguments of the command, or of the image's entrypoint." }),
  ...PROGRAM_OPTIONS,
};
const Reference = Image.meta({
  description: 'Image reference, such as `busybox:1.37` or `ghcr.io/org/tool@sha256:…`.',
});
const SHAPE = { image: Reference, ...OPTIONS };

type Container = z.infer<z.ZodObject<typeof SHAPE>>;

export const container = {
  name: 'container',
  title: 'a container',
  request: {
    image: Reference.optional().meta({ description: 'As in an entry, which has one already.' }),
    ...OPTIONS,
  },
  entry: SHAPE,
  view: SHAPE,
  aliases: { request: [], entry: [], view: [] },
  target: {},
  listed: false,
  runsPipeline: false,
  main: 'image',
  executor: 'kubernetes',
  hasTasks: false,
  merge(asked, entry) {
    const merged = { ...entry, ...asked };
    if (merged['image'] === undefined)
      throw invalid('container.image', 'is required without an entry that has one');
    return merged as Container;
  },
  uses: ({ image }) => ({ image }),
  program: ({ command }) => command?.[0],
  plan: ({ own, params, target }) => ({
    image: own.image,
    command: own.command,
    args: own.args,
    env: own.env ?? {},
    secretEnv: own.secret_env,
    cpu: own.resources?.cpu ?? target.resources.cpu,
    memory: own.resources?.memory ?? target.resources.memory,
    files: { 'params.json': params },
    ...ownVolumes(target),
    token: false,
  }),
  progress: COUNTED,
  // As many as Kubernetes uses for a termination message.
  failure: { lines: 80, read: lastWords },
} as const satisfies Kind<Container, unknown>;
