/** Tokens of drivers: `slt_<run id>_<secret>`. One is valid for the trace of its run alone, and only its SHA-256 is kept. */

/** Without a dot: Nextflow would take a token of three parts for a JSON Web Token. */
export const traceTokenText = (runId: string, secret: string): string => `slt_${runId}_${secret}`;

/** The run whose token this may be; undefined for what is none. */
export const runOfTraceToken = (token: string): string | undefined =>
  /^slt_(r[0-9a-hjkmnp-tv-z]{15})_[\w-]{43}$/.exec(token)?.[1];
