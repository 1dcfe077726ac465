import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { LogLevel } from './contract.ts';
import type { HttpLimits } from './http/http-throttle.ts';
import { isLogLevel } from './log.ts';
import { parseTimeSpan } from './time-span.ts';

/** The part of host.json that this host honours, defaults filled in. Times in milliseconds. */
export type HostConfig = {
  /** Prefix of every HTTP route, `''` for none. */
  readonly routePrefix: string;
  /** Undefined means that invocations may run for ever. */
  readonly functionTimeoutMs: number | undefined;
  /** Without limits, unless host.json has some: as on all plans but Consumption. */
  readonly http: HttpLimits;
  readonly queues: QueueConfig;
  readonly logLevels: ReadonlyMap<string, LogLevel>;
};

export type QueueConfig = {
  /** Messages fetched at once, 1 to 32. */
  readonly batchSize: number;
  /** The next batch is fetched once no more than this many messages are in work. */
  readonly newBatchThreshold: number;
  /** Deliveries before a message goes to `<queue>-poison`. */
  readonly maxDequeueCount: number;
  /** How long a failed message stays invisible. */
  readonly visibilityTimeoutMs: number;
  /** Longest pause between two looks into an empty queue. */
  readonly maxPollingIntervalMs: number;
  readonly messageEncoding: 'base64' | 'none';
};

const DEFAULT_TIMEOUT_MS = 30 * 60_000;
const MIN_TIMEOUT_MS = 1000;
const MIN_POLLING_MS = 100;
/** Longest visibility timeout the Queue service accepts (REST: Get Messages). */
const MAX_VISIBILITY_MS = 7 * 24 * 3_600_000;

const timeSpan = z.union([z.string(), z.number()]).transform((value, context) => {
  const ms = typeof value === 'number' ? value : parseTimeSpan(value);
  if (ms === undefined) {
    context.addIssue({ code: 'custom', message: `"${value}" is no TimeSpan (hh:mm:ss)` });
    return z.NEVER;
  }
  return ms;
});

const queuesSchema = z.looseObject({
  batchSize: z.coerce.number().int().min(1).max(32).default(16),
  newBatchThreshold: z.coerce.number().int().min(0).optional(),
  maxDequeueCount: z.coerce.number().int().min(1).default(5),
  visibilityTimeout: timeSpan.pipe(z.number().min(0).max(MAX_VISIBILITY_MS)).default(0),
  maxPollingInterval: timeSpan.pipe(z.number().min(MIN_POLLING_MS)).default(60_000),
  messageEncoding: z
    .string()
    .transform((text) => text.toLowerCase())
    .pipe(z.enum(['base64', 'none']))
    .default('base64'),
});

/** -1, the default, is no limit. */
const requests = z.coerce
  .number()
  .int()
  .min(-1)
  .default(-1)
  .transform((count) => (count === -1 ? Number.POSITIVE_INFINITY : count));

const httpSchema = z.looseObject({
  routePrefix: z.string().default('api'),
  maxConcurrentRequests: requests,
  maxOutstandingRequests: requests,
});

const hostSchema = z.looseObject({
  version: z.literal('2.0'),
  functionTimeout: z.coerce.string().optional(),
  extensions: z
    .looseObject({
      http: httpSchema.optional(),
      queues: queuesSchema.optional(),
    })
    .optional(),
  logging: z.looseObject({ logLevel: z.record(z.string(), z.string()).default({}) }).optional(),
});

function parseTimeout(text: string | undefined): number | undefined {
  if (text === undefined) {
    return DEFAULT_TIMEOUT_MS;
  }
  if (text.trim() === '-1') {
    return undefined;
  }
  const ms = parseTimeSpan(text);
  if (ms === undefined || ms < MIN_TIMEOUT_MS) {
    throw new Error(`host.json: functionTimeout "${text}" is no TimeSpan of one second or more`);
  }
  return ms;
}

/**
 * Sets `AzureFunctionsJobHost__a__b=value` from the environment at `a.b`; names match without case,
 * as .NET configuration does.
 */
function applyOverrides(root: Record<string, unknown>, env: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(env)) {
    const [head, ...path] = name.split(/__|:/);
    if (head?.toLowerCase() !== 'azurefunctionsjobhost' || path.length === 0) {
      continue;
    }
    let node = root;
    for (const [index, part] of path.entries()) {
      const key = Object.keys(node).find((k) => k.toLowerCase() === part.toLowerCase()) ?? part;
      if (index === path.length - 1) {
        node[key] = value;
        break;
      }
      const child = node[key];
      node[key] = typeof child === 'object' && child !== null ? child : {};
      node = node[key] as Record<string, unknown>;
    }
  }
}

/** In development the host looks into an empty queue every 2 s, whatever host.json says. */
const longestPause = (env: NodeJS.ProcessEnv): number =>
  /^development$/i.test(env['AZURE_FUNCTIONS_ENVIRONMENT'] ?? '')
    ? 2_000
    : Number.POSITIVE_INFINITY;

/** Reads and checks host.json. Throws an Error that names the key when it is missing or wrong. */
export async function readHostConfig(appDir: string, env: NodeJS.ProcessEnv): Promise<HostConfig> {
  const raw = await readJson(join(appDir, 'host.json'));
  if (raw === undefined) {
    throw new Error(`host.json not found in ${appDir}`);
  }
  applyOverrides(raw, env);
  const parsed = hostSchema.safeParse(raw);
  if (!parsed.success) {
    throw new Error(`host.json: ${z.prettifyError(parsed.error)}`);
  }
  const { extensions, logging, functionTimeout } = parsed.data;
  const queues = extensions?.queues ?? queuesSchema.parse({});
  const http = extensions?.http ?? httpSchema.parse({});
  const levels = Object.entries(logging?.logLevel ?? {}).map(([category, level]) => {
    const lower = level.toLowerCase();
    if (!isLogLevel(lower)) {
      throw new Error(`host.json: logging.logLevel.${category} "${level}" is no log level`);
    }
    return [category.toLowerCase(), lower] as const;
  });
  return {
    routePrefix: http.routePrefix.replaceAll(/^\/+|\/+$/g, ''),
    functionTimeoutMs: parseTimeout(functionTimeout),
    http: {
      maxConcurrentRequests: http.maxConcurrentRequests,
      maxOutstandingRequests: http.maxOutstandingRequests,
    },
    queues: {
      batchSize: queues.batchSize,
      newBatchThreshold:
        queues.newBatchThreshold ?? Math.floor(queues.batchSize / 2) * availableParallelism(),
      maxDequeueCount: queues.maxDequeueCount,
      visibilityTimeoutMs: queues.visibilityTimeout,
      maxPollingIntervalMs: Math.min(queues.maxPollingInterval, longestPause(env)),
      messageEncoding: queues.messageEncoding,
    },
    logLevels: new Map(levels),
  };
}

/** The object in a JSON file, undefined when there is no such file. */
export async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${path} holds no JSON object`);
  }
  return value as Record<string, unknown>;
}
