/** Conditional requests (RFC 9110, 13): entity tags of stored versions, and the conditions of `If-Match` and `If-None-Match`. */
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type ErrorCode, invalid } from '../../core/errors.ts';
import { assertVersion, type Precondition } from '../../core/precondition.ts';
import { headers } from '../openapi/answers.ts';

/** An entity tag: a quoted string, after `W/` when it is weak. */
const TAG = /(?:W\/)?"[\u0021\u0023-\u007e\u0080-\uffff]*"/g;
const HEADER_MAX = 4_000;
const EXAMPLE = 'must be * or entity tags with commas between them, such as "a1", "b2"';

const Tags = z.string().max(HEADER_MAX).optional();

/** The headers of a route that takes conditions. */
export const Conditions = z.object({
  'if-match': Tags.meta({
    description:
      'Only if it is still one of these versions (`ETag`s of earlier answers), or with `*` if it is there; else 412, and nothing has changed.',
  }),
  'if-none-match': Tags.meta({
    description:
      'Only if it is none of these versions, or with `*` if it is not there. A read is answered 304 then, everything else 412.',
  }),
});

/** Codes that a route with conditions can answer with, for its `refuses`. */
export const CONDITIONAL = ['invalid', 'precondition_failed'] as const satisfies ErrorCode[];

export const NOT_MODIFIED = {
  304: {
    description: 'It is still one of the versions of `If-None-Match`.',
    headers: headers('ETag'),
  },
} as const;

/** The strong tag of a stored version, which may be any text. */
export const toTag = (etag: string): string => `"${encodeURIComponent(etag)}"`;

type Versions = '*' | readonly string[];

function parseTags(name: keyof z.infer<typeof Conditions>, header?: string): Versions | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  const tags = header.match(TAG) ?? [];
  // Without the tags, only empty parts may remain between the commas.
  const rest = header.replaceAll(TAG, '""').split(',');
  const isList = rest.every((part) => ['', '""'].includes(part.trim()));
  if (tags.length === 0 || !isList) throw invalid(`header.${name}`, EXAMPLE);
  return tags;
}

/** With `strong`, weak tags never match. Stored versions have strong tags. */
function isAmong(tags: Versions, etag: string | null, strong: boolean): boolean {
  if (etag === null) return false;
  if (tags === '*') return true;
  const own = toTag(etag);
  return tags.some((tag) => tag === own || (!strong && tag === `W/${own}`));
}

/** The condition of a request that changes something. Throws `invalid` for headers that are no tags. */
export function preconditionOf(headers: z.infer<typeof Conditions>): Precondition {
  const { match, noneMatch } = parse(headers);
  return (etag) =>
    (match === undefined || isAmong(match, etag, true)) &&
    (noneMatch === undefined || !isAmong(noneMatch, etag, false));
}

function parse(headers: z.infer<typeof Conditions>) {
  return {
    match: parseTags('if-match', headers['if-match']),
    noneMatch: parseTags('if-none-match', headers['if-none-match']),
  };
}

/**
 * For a read: sets the `ETag`, and returns whether the caller already has this version (answered with 304). Throws
 * `precondition_failed`, `invalid`.
 */
export function isKnown(
  c: Context,
  headers: z.infer<typeof Conditions>,
  noun: string,
  etag: string,
): boolean {
  const { match, noneMatch } = parse(headers);
  if (match !== undefined) assertVersion((it) => isAmong(match, it, true), noun, etag);
  c.header('etag', toTag(etag));
  return noneMatch !== undefined && isAmong(noneMatch, etag, false);
}
