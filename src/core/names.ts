/** Ids and the names derived from them. */
import { z } from 'zod';

/** Crockford's base32 in lower case: without i, l, o, u, so that ids can be read aloud. */
export const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';
const BYTE_VALUES = 256;

/**
 * A run's id: `r`, 10 characters of milliseconds, 5 random ones. It is also Job name, label, group,
 * table key, Nextflow run name and Tower workflow id (at most 16 characters, starts with a letter).
 */
export const RunId = z.string().regex(/^r[0-9a-hjkmnp-tv-z]{15}$/, 'is not a run id');

/** Name of the container whose log is the run's own; those beside it have other names. */
export const DRIVER_CONTAINER = 'driver';
/** Name of the container beside it that prints what Nextflow writes of its tasks; that is no output of the run. */
export const TRACE_CONTAINER = 'trace';

/** Names that people choose for domains, lanes, pipelines and targets: a DNS label. */
export const Name = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be 1 to 63 of a-z, 0-9 and -, and start and end with a letter or digit',
  );

export const DEFAULT_DOMAIN = 'default';
export const DEFAULT_CONNECTION = 'default';
export const DEFAULT_LANE = 'default';
export const DEFAULT_TARGET = 'default';

function base32(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) {
    text = BASE32.charAt(rest % 32) + text;
  }
  return text;
}

/** A new id from the time and four random bytes (25 bits are used). */
export function newRunId(nowMs: number, random: Uint8Array): string {
  const number = random.reduce((sum, byte) => sum * BYTE_VALUES + byte, 0);
  return `r${base32(nowMs, 10)}${base32(number % 32 ** 5, 5)}`;
}

/** The Job of an attempt: the run id itself for the first, so that a Job name is a run id at a glance. */
export function jobName(runId: string, attempt: number): string {
  return attempt === 1 ? runId : `${runId}-${attempt}`;
}

/** Web PubSub groups. Dots, not slashes: a slash in a group name breaks the REST path. */
export const runGroup = (domain: string, runId: string): string => `${domain}.run.${runId}`;
export const domainGroup = (domain: string): string => domain;

/** When the id was made: milliseconds since 1970. */
export function runIdTime(runId: string): number {
  return Array.from(runId.slice(1, 11)).reduce((sum, char) => sum * 32 + BASE32.indexOf(char), 0);
}

/** The version in package.json, which is not part of the bundles; a test keeps the two equal. */
export const VERSION = '0.1.0';
