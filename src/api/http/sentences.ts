/** Validation errors in plain words: sentences without their first word, which is the field's name. */
import { z } from '@hono/zod-openapi';

/** The used parts of a zod issue. */
export type Issue = {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly expected?: string;
  readonly format?: string;
  readonly origin?: string;
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly inclusive?: boolean;
  readonly values?: readonly unknown[];
  /** For a union: the issues of each member. */
  readonly errors?: readonly (readonly Issue[])[];
  /** For a record: the issues of a key. */
  readonly issues?: readonly Issue[];
};

/** For an unknown name: the known ones. */
function unknownName({ inst }: { readonly inst?: unknown }): string {
  const shape = inst instanceof z.ZodObject ? inst.keyof().options.map(String) : [];
  return shape.length === 0
    ? 'is not known'
    : `is not known; there ${shape.length === 1 ? 'is' : 'are'} ${shape.join(', ')}`;
}

// Only zod's own text functions get the schema.
z.config({
  customError: (issue) => (issue.code === 'unrecognized_keys' ? unknownName(issue) : undefined),
});

/** zod's own texts. All others come from Sluice's schemas and are used as they are. */
const GENERIC = /^(?:Invalid|Too (?:small|big)|Unrecognized)\b/;

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  null: 'null',
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'a time such as 2026-11-28T09:30:00Z',
  date: 'a day such as 2026-11-28',
};

/** Units of sizes; numbers have none. */
const UNITS: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };

function boundOf({ code, origin = '', minimum, maximum, inclusive }: Issue): string {
  const low = code === 'too_small';
  const bound = Number(low ? minimum : maximum);
  const unit = UNITS[origin];
  if (low && unit !== undefined && bound === 1) return 'must not be empty';
  const than = low ? 'more than' : 'less than';
  const word = inclusive === false ? than : low ? 'at least' : 'at most';
  return unit === undefined ? `must be ${word} ${bound}` : `must have ${word} ${bound} ${unit}`;
}

/** Tells what is wrong, and what is allowed. */
export function sentenceOf(issue: Issue): string {
  const {
    code,
    message,
    expected = '',
    format = '',
    values = [],
    errors = [],
    issues = [],
  } = issue;
  // For an invalid key, tell the rule that it breaks.
  const inner = code === 'invalid_key' ? issues[0] : errors[0]?.[0];
  if (inner !== undefined) return sentenceOf(inner);
  if (!GENERIC.test(message)) return message;
  if (code === 'too_small' || code === 'too_big') return boundOf(issue);
  if (code === 'invalid_value') {
    const [only] = values;
    return values.length === 1 ? `must be ${String(only)}` : `must be one of ${values.join(', ')}`;
  }
  const known = code === 'invalid_type' ? TYPES[expected] : FORMATS[format];
  if (known === undefined) return message;
  return message.endsWith('received undefined')
    ? `is missing: it must be ${known}`
    : `must be ${known}`;
}
