/** Limits of JSON bodies, of params, and of checking them, each with its reason. Sizes in bytes. */
import { KIB } from './limits.ts';

/** Names and values of a body: checking that many takes 0.1 s, in which the instance does nothing else. */
export const JSON_NODES_MAX = 20_000;
/** Levels of a body: schemas and JSON writers recurse, so the depth needs a limit; real params stay far below. */
export const JSON_DEPTH_MAX = 64;
/** Characters of one number, the limit of Jackson; exact comparison takes more than linear time. */
export const JSON_NUMBER_MAX = 1_000;
/** A pattern of a params schema, and its compiled size, which is RE2's worst case of steps per character. Larger ones are not checked here. */
export const PATTERN_CHARS_MAX = 2_000;
export const PATTERN_SIZE_MAX = 10_000;
/** Compiled patterns of one schema together: compiling takes about half a second, once per instance. */
export const PATTERNS_SIZE_MAX = 100_000;
/** Most steps for checking one request's params: about 0.2 s, in which the instance does nothing else. */
export const CHECK_STEPS_MAX = 20_000_000;
/** Steps that count for checking one value against one schema, in time of pattern steps. */
export const SCHEMA_STEPS = 20;
/** Some formats (email) take quadratic time: a longer text is not checked here. */
export const FORMAT_CHARS_MAX = 4_096;
/** The params of a request. */
export const PARAMS_BYTES_MAX = 128 * KIB;
/**
 * A launch, which is made of request and entry. With the request it is one row (1 MiB at most); its params are a file of a
 * ConfigMap (1 MiB at most); a Job (1.5 MiB at most) writes each $ twice.
 */
export const LAUNCH_BYTES_MAX = 512 * KIB;

/** The largest file of a params schema that is fetched: white space counts here, and not in the schema. */
export const SCHEMA_FILE_BYTES_MAX = 512 * KIB;
