/** Turns any value into bounded JSON without obvious secrets, for logs. */
import { shorten } from '../core/shorten.ts';

export const REDACTED = '[redacted]';

/** Most characters of a value, so that log collectors do not cut the line. */
const TEXT_MAX = 8_192;
const ITEMS_MAX = 100;
const DEPTH_MAX = 6;

/** Compared without case, `_` and `-`, at the end of the name: `accessToken` is one, `token_id` is none. */
const SECRET_NAME =
  /(?:token|secret|password|passphrase|authorization|credential|accesskey|accountkey|apikey|sharedkey|privatekey|connectionstring|cookie|signature)s?$/;

/** Secrets inside text; the first group stays. */
const SECRET_TEXT: readonly RegExp[] = [
  // Query parameters: Web PubSub's client token, shared access signatures, OAuth.
  /([?&;\s"']|^)((?:access_token|token|sig|client_secret|api[-_]?key)=)[^&\s"'<>;]+/gi,
  // The key of a function app; elsewhere `code=` is an exit code.
  /([?&])(code=)[^&\s"'<>;]+/gi,
  /()((?:AccountKey|AccessKey|SharedAccessSignature|SharedAccessKey)=)[^;\s"']+/gi,
  /()(\b(?:Bearer|Basic|SharedKey(?:Lite)?)\s+)[A-Za-z0-9+/=_.~:-]{8,}/g,
  // Sluice's tokens, also percent-encoded or truncated: the id stays, which is no secret.
  /()(\bslc(?:_|%5f)[a-z0-9-]+(?:\.|%2e)[0-9a-z]{12}(?:_|%5f))[A-Za-z0-9_%-]+/gi,
  // Tokens of drivers: the run stays.
  /()(\bslt(?:_|%5f)r[0-9a-z]{15}(?:_|%5f))[A-Za-z0-9_%-]+/gi,
  // JSON Web Tokens, such as those of people who sign in.
  /()()\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g,
  // User and password before a host.
  /()(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@:]+:[^\s/@]+(?=@)/gi,
];

type Options = {
  /** Whether errors keep their stacks. */
  readonly stacks: boolean;
};

/**
 * A function that returns a copy of its argument for JSON.stringify: secrets are blanked; errors, dates, bytes, maps
 * and cycles become readable text; everything is bounded. Never throws.
 */
export function createRedactor(options: Options): (value: unknown) => unknown {
  return (value) => visit(value, { ...options, path: [] });
}

/** `path`: the objects that contain the value. */
type Context = Options & { readonly path: readonly object[] };

function visit(value: unknown, context: Context): unknown {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') return value.toString();
  if (typeof value === 'function') return `[function ${value.name}]`;
  if (typeof value !== 'object' || value === null) return value;

  const { path } = context;
  if (path.includes(value)) return '[circular]';
  if (path.length >= DEPTH_MAX) return '[deep]';
  try {
    return fromObject(value, { ...context, path: [...path, value] });
  } catch (error) {
    return `[unreadable: ${error instanceof Error ? error.name : typeof error}]`;
  }
}

function fromObject(value: object, context: Context): unknown {
  if (value instanceof Error) return fromError(value, context);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof URL) return text(value.href);
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return `[${value.byteLength} bytes]`;
  }
  if (Array.isArray(value) || value instanceof Set) {
    const items: unknown[] = [...value];
    const shown = items.slice(0, ITEMS_MAX).map((each) => visit(each, context));
    return items.length > ITEMS_MAX ? [...shown, `[${items.length - ITEMS_MAX} more]`] : shown;
  }
  const entries = [...(value instanceof Map ? value : Object.entries(value))] as [
    unknown,
    unknown,
  ][];
  const shown = entries.slice(0, ITEMS_MAX).map(([key, each]): [string, unknown] => {
    const name = String(key);
    return [name, isSecret(name) && isPresent(each) ? REDACTED : visit(each, context)];
  });
  const rest = entries.length - ITEMS_MAX;
  return Object.fromEntries(rest > 0 ? [...shown, ['…', `[${rest} more]`]] : shown);
}

function fromError(error: Error, context: Context): unknown {
  const { code, status, statusCode } = error as Error & Record<string, unknown>;
  return {
    name: error.name,
    message: text(error.message),
    ...defined('code', visit(code, context)),
    ...defined('status', visit(status ?? statusCode, context)),
    ...defined('cause', visit(error.cause, context)),
    ...defined(
      'errors',
      error instanceof AggregateError ? visit(error.errors, context) : undefined,
    ),
    ...defined('stack', context.stacks ? visit(error.stack, context) : undefined),
  };
}

const defined = (name: string, value: unknown) => (value === undefined ? {} : { [name]: value });

const isSecret = (name: string) => SECRET_NAME.test(name.toLowerCase().replace(/[_-]/g, ''));

/** Empty secrets stay visible: that one is missing is worth knowing. */
const isPresent = (value: unknown) => value !== undefined && value !== null && value !== '';

function text(value: string): string {
  // Cut before the patterns run, so that they never search megabytes.
  let result = shorten(value, TEXT_MAX * 2);
  for (const pattern of SECRET_TEXT) result = result.replace(pattern, `$1$2${REDACTED}`);
  const rest = value.length - TEXT_MAX;
  return result.length > TEXT_MAX ? `${shorten(result, TEXT_MAX)} [${rest} more]` : result;
}
