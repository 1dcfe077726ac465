/** Bounds of JSON that is sent, of params, and of checking them; each with its reason. Sizes in bytes. */
import { KIB } from './limits.ts';

/** Names and values of a body: checking that many takes 0.1 s, in which nobody else of the instance gets on. */
export const JSON_NODES_MAX = 20_000;
/** Nobody nests params deeper; schemas and JSON writers recurse, so the depth has to end somewhere. */
export const JSON_DEPTH_MAX = 64;
/** Characters of one number, as many as Jackson takes; exact comparisons cost more than their length. */
export const JSON_NUMBER_MAX = 1_000;
/** A pattern of a params schema, and its program: RE2 takes so many steps for a character at worst. More is left to the pipeline. */
export const PATTERN_CHARS_MAX = 2_000;
export const PATTERN_SIZE_MAX = 10_000;
/** The programs of one schema together: making them takes about half a second, once in each instance. */
export const PATTERNS_SIZE_MAX = 100_000;
/** Steps that checking one request's params may take at worst: about 0.2 s, in which nobody else gets on. */
export const CHECK_STEPS_MAX = 20_000_000;
/** Steps of a pattern that take as long as looking at one value by one schema. */
export const SCHEMA_STEPS = 20;
/** Some formats (email) take the square of a text's length: a longer text is left to the pipeline. */
export const FORMAT_CHARS_MAX = 4_096;
/** The params of a request. */
export const PARAMS_BYTES_MAX = 128 * KIB;
/**
 * A launch, which request and entry make together: with the request it is one row of 1 MiB; its params are the file of a
 * ConfigMap, 1 MiB as well; a Job is 1.5 MiB at most, and writes each $ twice.
 */
export const LAUNCH_BYTES_MAX = 512 * KIB;
