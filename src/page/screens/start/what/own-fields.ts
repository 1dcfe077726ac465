/** Fields under the keys of kinds that a form can ask for. */
import type { Path } from '../model/request.ts';
import type { Loaded } from './loaded.ts';

/** `words`: a text a line; `pairs`: names and texts; `secrets`: names, each with the Secret and key that hold the value. */
export type OwnKind = 'text' | 'words' | 'script' | 'pairs' | 'secrets';
export type OwnField = {
  readonly path: Path;
  readonly label: string;
  readonly kind: OwnKind;
  readonly hint: string;
};

const SECRETS = 'Variables whose values the cluster has. Only their names pass through here.';
const ENV = 'Not for secrets: they are stored with the run and shown to its readers.';

const common = (kind: string): OwnField[] => [
  { path: [kind, 'env'], label: 'Variables', kind: 'pairs', hint: ENV },
  { path: [kind, 'secret_env'], label: 'Variables from Secrets', kind: 'secrets', hint: SECRETS },
  { path: [kind, 'resources', 'cpu'], label: 'CPU', kind: 'text', hint: 'Such as 500m or 2.' },
  { path: [kind, 'resources', 'memory'], label: 'Memory', kind: 'text', hint: 'Such as 2Gi.' },
];

export const OWN_FIELDS: Readonly<Record<string, readonly OwnField[]>> = {
  nextflow: [
    {
      path: ['nextflow', 'revision'],
      label: 'Revision',
      kind: 'text',
      hint: 'A branch, tag or commit; empty for the default.',
    },
    {
      path: ['nextflow', 'profile'],
      label: 'Profiles',
      kind: 'text',
      hint: 'Joined by commas, such as test,docker.',
    },
    {
      path: ['nextflow', 'work_dir'],
      label: 'Work folder',
      kind: 'text',
      hint: 'Empty for a folder of its own on the work volume.',
    },
    {
      path: ['nextflow', 'secret_env'],
      label: 'Variables from Secrets',
      kind: 'secrets',
      hint: SECRETS,
    },
  ],
  container: [
    { path: ['container', 'image'], label: 'Image', kind: 'text', hint: 'Such as busybox:1.37.' },
    {
      path: ['container', 'command'],
      label: 'Command',
      kind: 'words',
      hint: "A word a line, in the place of the image's own.",
    },
    {
      path: ['container', 'args'],
      label: 'Arguments',
      kind: 'words',
      hint: 'One a line.',
    },
    ...common('container'),
  ],
  shell: [
    {
      path: ['shell', 'script'],
      label: 'Script',
      kind: 'script',
      hint: 'The params are in the JSON file that SLUICE_PARAMS_FILE names.',
    },
    {
      path: ['shell', 'shell'],
      label: 'Shell',
      kind: 'text',
      hint: 'Path of the program that runs the script; empty for /bin/sh.',
    },
    {
      path: ['shell', 'image'],
      label: 'Image',
      kind: 'text',
      hint: 'Empty for the image of the target.',
    },
    ...common('shell'),
  ],
};

const leaves = (overridable: readonly string[], kind: string, name: string): boolean =>
  overridable.includes(kind) || overridable.includes(`${kind}.${name}`);

/** The fields that a request may have: of an entry those that it leaves to requests. */
export function ownFields(kind: string, loaded: Loaded | undefined): readonly OwnField[] {
  const known = OWN_FIELDS[kind] ?? [];
  if (loaded === undefined) return known;
  return known.filter(({ path: [, name = ''] }) => leaves(loaded.overridable, kind, name));
}
