/** A shell script: a file of the run's ConfigMap, which a shell of the image runs. Pure. */
import { z } from 'zod';
import { invalid } from '../errors.ts';
import { utf8Bytes } from '../json/write.ts';
import { Image } from '../kubernetes/rules.ts';
import { KIB } from '../limits.ts';
import { lastWords } from '../log/last-words.ts';
import { MOUNT_CHARS_MAX } from '../request-limits.ts';
import { Text } from '../schema/fields.ts';
import { CONFIG_PATH, COUNTED, type Kind, ownVolumes, PROGRAM_OPTIONS } from './kind.ts';

/** As large as the params of a request: both are files of one ConfigMap, which takes 1 MiB. */
const SCRIPT_BYTES_MAX = 128 * KIB;
const DEFAULT_SHELL = '/bin/sh';

const Script = Text(SCRIPT_BYTES_MAX)
  .regex(/\S/, 'must not be empty')
  .refine(
    (text) => utf8Bytes(text) <= SCRIPT_BYTES_MAX,
    `is larger than ${SCRIPT_BYTES_MAX} bytes of UTF-8`,
  )
  .meta({
    description: `The script, at most ${SCRIPT_BYTES_MAX} bytes of UTF-8. The body has its own limit as it is sent, where a character that is escaped (\`\\u00e4\`) takes six bytes.`,
  });

const OPTIONS = {
  shell: z
    .string()
    .max(MOUNT_CHARS_MAX)
    .regex(/^(?:\/[\w.+-]+)+$/, 'must be the path of a program, such as /bin/bash')
    .optional()
    .meta({
      description: `Path of the program that gets the script as its one argument. Default: \`${DEFAULT_SHELL}\`.`,
    }),
  image: Image.optional().meta({ description: "Default: the target's `shell_image`." }),
  ...PROGRAM_OPTIONS,
};
const SHAPE = { script: Script, ...OPTIONS };
type Shell = z.infer<z.ZodObject<typeof SHAPE>>;
type Settled = Shell & { readonly image: string };

const TARGET = {
  shell_image: Image.nullable().default(null).meta({
    description: 'Image of shell scripts that name none; null refuses them.',
  }),
};
type ShellTarget = z.output<z.ZodObject<typeof TARGET>>;

export const shell = {
  name: 'shell',
  title: 'a shell script',
  request: { script: Script.optional(), ...OPTIONS },
  entry: SHAPE,
  view: SHAPE,
  aliases: { request: [], entry: [], view: [] },
  target: TARGET,
  listed: false,
  runsPipeline: false,
  main: 'script',
  defaults: { shell: DEFAULT_SHELL },
  executor: 'kubernetes',
  hasTasks: false,
  merge(asked, entry) {
    const merged = { ...entry, ...asked };
    if (merged['script'] === undefined)
      throw invalid('shell.script', 'is required without an entry that has one');
    return merged as Shell;
  },
  settle(own, { shell_image }) {
    const image = own.image ?? shell_image;
    if (image === null) throw invalid('shell.image', 'is required: the target has no shell_image');
    return { ...own, image };
  },
  uses: ({ image }) => ({ image }),
  program: (own) => own.shell ?? DEFAULT_SHELL,
  plan: ({ own, params, target }) => ({
    image: own.image,
    command: [own.shell ?? DEFAULT_SHELL, `${CONFIG_PATH}/script`],
    env: own.env ?? {},
    secretEnv: own.secret_env,
    cpu: own.resources?.cpu ?? target.resources.cpu,
    memory: own.resources?.memory ?? target.resources.memory,
    files: { 'params.json': params, script: own.script },
    ...ownVolumes(target),
    token: false,
  }),
  progress: COUNTED,
  failure: { lines: 80, read: lastWords },
} as const satisfies Kind<Shell, ShellTarget, Settled>;
