/** Between the Functions runtime and fetch. */
import type {
  HttpHandler,
  HttpRequest,
  HttpResponseInit,
  InvocationContext,
} from '@azure/functions';
import { AppError, ERRORS } from '../../core/errors.ts';
import type { Service } from '../service.ts';
import { type ClientConnection, connectionOf, goneSignal } from './client-connection.ts';

function toRequest(request: HttpRequest, signal: AbortSignal | undefined): Request {
  const { method, url, headers, body } = request;
  const bare = method === 'GET' || method === 'HEAD' || body === null;
  // Undici demands `duplex` with a streamed body; the types of fetch lack it.
  const sent = !bare && { body, duplex: 'half' };
  // Only reads are aborted when the client leaves; changes run to their end.
  const read = bare && signal && { signal };
  const init = { method, headers: [...headers], ...sent, ...read };
  return new Request(url, init as RequestInit);
}

function toInit(response: Response, connection: ClientConnection | undefined): HttpResponseInit {
  const { status, headers } = response;
  const body = response.body && connection ? connection.body(response.body) : response.body;
  return { status, headers: Object.fromEntries(headers), body: body as HttpResponseInit['body'] };
}

/** The answer when the app cannot be made: wrong settings, or no storage at the first request. */
function unavailable(error: unknown, context: InvocationContext): HttpResponseInit {
  context.error('request failed before the app', error);
  const known = error instanceof AppError ? error : undefined;
  const code = known?.code ?? 'unavailable';
  const problem = {
    type: `urn:sluice:error:${code}`,
    title: ERRORS[code].title,
    status: 503,
    detail: known?.message ?? 'The service is not ready; its log says why.',
    code,
    retry: ERRORS[code].retry,
    instance: `urn:sluice:request:${context.invocationId}`,
    request_id: context.invocationId,
  };
  const headers = { 'content-type': 'application/problem+json', 'retry-after': '5' };
  return { status: 503, headers, body: JSON.stringify(problem) };
}

/** Always answers: with HTTP streaming, a handler that throws leaves its caller waiting for minutes. */
export function createHandler(load: () => Promise<Service>): HttpHandler {
  return async (request, context) => {
    try {
      const service = await load();
      const connection = connectionOf(context.invocationId);
      const by = { name: context.functionName, traceparent: context.traceContext?.traceParent };
      const sent = toRequest(request, goneSignal(connection));
      return toInit(await service.fetch(sent, by), connection);
    } catch (error) {
      return unavailable(error, context);
    }
  };
}
