/** Values of fields that have a pattern, for the document: pages that show it would invent unreadable text that matches. */
type Json = Readonly<Record<string, unknown>>;

const NAME = 'rnaseq';
const RUN = 'r01jqk3v9x2abcde';
const SECRET_KEY = 'password';

/** By name of the field. A record has the value for its members. */
const SAMPLES: Readonly<Record<string, string>> = {
  active: RUN,
  attached_to: RUN,
  args: 'for i in 1 2 3; do echo $i; done',
  command: 'sh',
  config: "process.errorStrategy = 'retry'",
  connection: 'default',
  description: 'Counts to three.',
  domain: 'default',
  env: 'value',
  images: 'docker.io/library/busybox:*',
  key: SECRET_KEY,
  labels: 'S1',
  lane: NAME,
  mount_path: '/workspace',
  name: NAME,
  namespace: 'sluice',
  next_cursor: NAME,
  path: 'plugins',
  pipeline: NAME,
  profile: 'test,docker',
  reason: 'Kept for the audit of 2026.',
  repositories: 'github.com/nf-core/*',
  rerun_of: RUN,
  resume: RUN,
  revision: '3.14.0',
  run_id: RUN,
  run_ids: RUN,
  script: 'echo "$SLUICE_RUN_ID"',
  shell: '/bin/bash',
  source: 'nf-core/rnaseq',
  target: 'default',
  targets: 'gpu',
  triggered_by: 'ada',
  version: '25.10.2',
  vault_key: SECRET_KEY,
  work_dir: '/workspace/work',
  work_path: '/workspace',
};

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** A text with a pattern of its own, and nothing that says which value it may have. */
const needsSample = (schema: Json): boolean =>
  schema['type'] === 'string' &&
  !['default', 'enum', 'const', 'format', 'examples'].some((key) => key in schema) &&
  JSON.stringify(schema).includes('"pattern":');

/** The schema with `examples` for its texts. `field`: the name of the field that it is of. */
export function withSamples(schema: unknown, field: string): unknown {
  if (Array.isArray(schema)) return schema.map((part) => withSamples(part, field));
  if (!isObject(schema)) return schema;
  if (needsSample(schema)) {
    const sample = SAMPLES[field];
    if (sample === undefined) throw new Error(`the field ${field} has a pattern, and no sample`);
    return { ...schema, examples: [sample] };
  }
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (key === 'propertyNames') return [key, value];
      if (key !== 'properties' || !isObject(value)) return [key, withSamples(value, field)];
      const fields = Object.entries(value).map(([name, part]) => [name, withSamples(part, name)]);
      return [key, Object.fromEntries(fields)];
    }),
  );
}
