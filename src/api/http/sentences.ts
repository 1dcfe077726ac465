/** What a schema finds wrong, in plain words: rests of sentences that begin with the name of the field. */
import { z } from '@hono/zod-openapi';

/** A zod issue, reduced to what is looked at. */
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
  /** Of a union: what each of its members says. */
  readonly errors?: readonly (readonly Issue[])[];
  /** What is wrong with the key of a record. */
  readonly issues?: readonly Issue[];
};

/** Of a name that is not known those that are. */
function unknownName({ inst }: { readonly inst?: unknown }): string {
  const shape = inst instanceof z.ZodObject ? inst.keyof().options.map(String) : [];
  return shape.length === 0
    ? 'is not known'
    : `is not known; there ${shape.length === 1 ? 'is' : 'are'} ${shape.join(', ')}`;
}

// The schema itself is known only here, where the library makes its texts.
z.config({
  customError: (issue) => (issue.code === 'unrecognized_keys' ? unknownName(issue) : undefined),
});

/** Texts of the library itself; all others are ours, and say what is to be said. */
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

/** What is counted of texts and lists; numbers have no unit. */
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

/** Says what is wrong, and what is allowed. */
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
  // Of a key that is no good the rule is told, not only that there is one.
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
