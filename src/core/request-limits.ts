/** Limits of the fields of requests, entries, targets and policies, each with its reason. Lengths in UTF-16 units. */

/** A name from outside: a revision, a profile, a param, `triggered_by`. Git, Nextflow and people stay far below. */
export const LABEL_CHARS_MAX = 200;
/** An address or a path: what Nextflow fetches, an image, a work folder. Each ends up in an argument or a Kubernetes object. */
export const ADDRESS_CHARS_MAX = 500;
/** A few paragraphs for people. */
export const DESCRIPTION_CHARS_MAX = 2_000;
/** A reason that a person gives for a cancel; it is shown with the run. */
export const GIVEN_REASON_CHARS_MAX = 500;
/** A path inside a container: of a mount, a plugin folder, a shell. */
export const MOUNT_CHARS_MAX = 200;
/** A pattern of a policy: an image or a repository by its full name. */
export const GLOB_CHARS_MAX = 300;
/** A token's name, for people. */
export const TOKEN_NAME_CHARS_MAX = 100;

/** One argument or variable: Linux takes 128 KiB each, in bytes, and a character is up to three of them in UTF-8. */
export const ARGUMENT_CHARS_MAX = 32_768;
/** A command is a program with its first words, its arguments may be a list of files. */
export const COMMAND_WORDS_MAX = 100;
export const ARGUMENTS_MAX = 1_000;
/** Names of params that an entry fixes: as many as a large pipeline has. */
export const FIXED_PARAMS_MAX = 1_000;
/** Variables from Secrets: each is a reference of its own in the Job. */
export const SECRET_ENV_MAX = 100;
/** Secrets that a target offers, and those that it pulls images with. */
export const TARGET_SECRETS_MAX = 100;
/** Labels of a run; a list of runs is filtered by as many. */
/** Targets that an entry leaves to its requests: more than anybody reads in a list. */
export const ENTRY_TARGETS_MAX = 100;
export const LABELS_MAX = 20;

/** The highest priority. A ticket's key has one digit for it. */
export const PRIORITY_MAX = 9;

const DAY_SECONDS = 86_400;
/** A run of more than 30 days is most likely forgotten. */
export const DEADLINE_SECONDS_MAX = 30 * DAY_SECONDS;

/** Kubernetes: a DNS name of an object, a DNS label. */
export const DNS_NAME_CHARS_MAX = 253;
export const DNS_LABEL_CHARS_MAX = 63;
/** The path of an image reference, as registries take it. */
export const IMAGE_PATH_CHARS_MAX = 255;
/** The largest numeric user on every node: user namespaces map this many. */
export const USER_ID_MAX = 65_535;
/** The default user of drivers: the first unused one of most images. */
export const USER_ID_DEFAULT = 1_000;
/** Largest version number of a pipeline in a request. */
export const PIPELINE_VERSION_MAX = 1_000_000_000;
