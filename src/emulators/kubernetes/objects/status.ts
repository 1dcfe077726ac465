/** Errors as the API server words them: HTTP status and a body of kind Status. */

export type Cause = { reason: string; message: string; field: string };

export type StatusBody = {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, unknown>;
  status: 'Success' | 'Failure';
  message?: string;
  reason?: string;
  details?: Record<string, unknown>;
  code?: number;
};

/** What a request is about, for messages: `jobs.batch "x"` or `Job.batch "x"`. */
export type Subject = { group: string; plural: string; kind: string };

const qualified = (name: string, group: string) => (group === '' ? name : `${name}.${group}`);
const groupDetail = (group: string) => (group === '' ? {} : { group });

export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: number;
  readonly reason: string | undefined;
  readonly details: Record<string, unknown> | undefined;
  readonly metadata: Record<string, unknown>;

  constructor(
    code: number,
    reason: string | undefined,
    message: string,
    details?: Record<string, unknown>,
    metadata: Record<string, unknown> = {},
  ) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.metadata = metadata;
  }

  body(): StatusBody {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.metadata,
      status: 'Failure',
      message: this.message,
      ...(this.reason === undefined ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

export const badRequest = (message: string) => new StatusError(400, 'BadRequest', message);

export const unauthorized = () => new StatusError(401, 'Unauthorized', 'Unauthorized');

export const notFound = (subject: Subject, name: string) =>
  new StatusError(
    404,
    'NotFound',
    `${qualified(subject.plural, subject.group)} "${name}" not found`,
    { name, ...groupDetail(subject.group), kind: subject.plural },
  );

export const noSuchResource = () =>
  new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});

export const methodNotAllowed = () =>
  new StatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );

export const alreadyExists = (subject: Subject, name: string) =>
  new StatusError(
    409,
    'AlreadyExists',
    `${qualified(subject.plural, subject.group)} "${name}" already exists`,
    { name, ...groupDetail(subject.group), kind: subject.plural },
  );

/** The resourceVersion in the request is not the stored one. */
export const modified = (subject: Subject, name: string) =>
  new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(subject.plural, subject.group)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    { name, ...groupDetail(subject.group), kind: subject.plural },
  );

/** A delete's precondition does not hold. `what` is `UID` or `ResourceVersion`. */
export const preconditionFailed = (
  subject: Subject,
  name: string,
  what: string,
  asked: string,
  stored: string,
) =>
  new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(subject.kind, subject.group)} "${name}": the ${what} in the precondition (${asked}) does not match the ${what} in record (${stored}). The object might have been deleted and then recreated`,
    { name, ...groupDetail(subject.group), kind: subject.kind },
  );

/** 422 with one cause per field; several are shown in brackets, each distinct sentence once. */
export function invalid(
  subject: { group: string; kind: string },
  name: string,
  causes: readonly Cause[],
) {
  const sentences = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))];
  const text = sentences.length === 1 ? sentences[0] : `[${sentences.join(', ')}]`;
  return new StatusError(
    422,
    'Invalid',
    `${qualified(subject.kind, subject.group)} "${name}" is invalid: ${text}`,
    {
      ...(name === '' ? {} : { name }),
      ...groupDetail(subject.group),
      kind: subject.kind,
      causes,
    },
  );
}

/** A JSON Patch that cannot be applied, a failed `test` among them: the server gives no detail. */
export const patchRejected = () =>
  new StatusError(
    422,
    'Invalid',
    'the server rejected our request due to an error in our request',
    {},
  );

export const unsupportedMediaType = () =>
  new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});

export const expired = (message: string, metadata?: Record<string, unknown>) =>
  new StatusError(410, 'Expired', message, undefined, metadata);

export const versionTooLarge = (asked: number, current: number) =>
  new StatusError(
    504,
    'Timeout',
    `Timeout: Too large resource version: ${asked}, current: ${current}`,
    {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  );

/** A watch's resourceVersion that is no number: the API server answers 500 without a reason. */
export const badVersion = (text: string) =>
  new StatusError(
    500,
    undefined,
    `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
  );

export const required = (field: string, message = ''): Cause => ({
  reason: 'FieldValueRequired',
  message: `Required value${message === '' ? '' : `: ${message}`}`,
  field,
});
export const invalidValue = (field: string, value: unknown, message: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${message}`,
  field,
});
export const unsupported = (field: string, value: unknown, allowed: readonly string[]): Cause => ({
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed.map((one) => `"${one}"`).join(', ')}`,
  field,
});
export const forbidden = (field: string, message: string): Cause => ({
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${message}`,
  field,
});
