/** The part of the host's admin API that tests and tools use; the same calls work on Azure. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HOST_VERSION } from '../app/core-module.ts';
import type { FunctionDefinition } from '../definition.ts';
import { callerLevel, type HostKeys, isLocalCaller } from './access.ts';
import { readBody } from './http-plain.ts';

export type AdminOptions = {
  readonly functions: readonly FunctionDefinition[];
  /** Undefined lets every caller on this machine in. */
  readonly keys: HostKeys | undefined;
  readonly url: string;
  readonly routePrefix: string;
  /** Fires a function and does not wait for it. */
  readonly start: (definition: FunctionDefinition, input: string) => void;
};

const BODY_LIMIT = 1_048_576;

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(status, headers).end(JSON.stringify(value));
}

function sendProblem(response: ServerResponse, status: number, message: string): void {
  sendJson(response, status, { message });
}

function describe(
  { name, metadata, trigger, disabled }: FunctionDefinition,
  options: AdminOptions,
): object {
  const prefix = [options.url, options.routePrefix].filter((part) => part !== '').join('/');
  const template = trigger.kind === 'http' ? `${prefix}/${trigger.route ?? name}` : null;
  const bindings = Object.entries(metadata.bindings);
  return {
    name,
    href: `${options.url}/admin/functions/${name}`,
    invoke_url_template: template,
    language: 'node',
    isDisabled: disabled,
    config: { bindings: bindings.map(([name, binding]) => ({ ...binding, name })) },
  };
}

async function startFunction(
  options: AdminOptions,
  definition: FunctionDefinition,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (definition.trigger.kind === 'http') {
    sendProblem(response, 400, 'An HTTP function is called at its own address.');
    return;
  }
  // A page in a browser cannot send this type to another origin without asking first.
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    sendProblem(response, 415, 'Send {"input": "…"} as application/json.');
    return;
  }
  let input: unknown;
  try {
    const text = Buffer.from(await readBody(request, BODY_LIMIT)).toString('utf8');
    const body: unknown = text.trim() === '' ? {} : JSON.parse(text);
    input = (body as { input?: unknown } | null)?.input ?? '';
  } catch (error) {
    sendProblem(response, 400, `The body is not usable: ${(error as Error).message}`);
    return;
  }
  options.start(definition, typeof input === 'string' ? input : JSON.stringify(input));
  response.writeHead(202, { 'content-length': 0 }).end();
}

/** The master key, or without keys a caller on this machine. Otherwise it has been answered. */
function admit(
  options: AdminOptions,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): boolean {
  if (options.keys === undefined) {
    if (!isLocalCaller(request)) {
      sendProblem(response, 403, 'Without keys the admin API is open to this machine only.');
      return false;
    }
    return true;
  }
  const level = callerLevel(options.keys, request, url.searchParams);
  if (level !== 'admin') {
    // A key of functions is one, but not the one that it takes.
    response.writeHead(level === 'function' ? 403 : 401, { 'content-length': 0 }).end();
    return false;
  }
  return true;
}

/** Gives the handler of `/admin/…`; it answers false to a path that is none of its own. */
export function createAdmin(
  options: AdminOptions,
): (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean> {
  const started = performance.now();
  return async (request, response, url) => {
    const match = /^\/admin\/(host\/(?:ping|status)|functions(?:\/([^/]+))?|warmup)\/?$/i.exec(
      url.pathname,
    );
    if (match === null) {
      return false;
    }
    const route = (match[1] ?? '').toLowerCase();
    const name = match[2];
    if (route === 'host/ping') {
      response.writeHead(200, { 'content-length': 0 }).end();
      return true;
    }
    if (!admit(options, request, response, url)) {
      return true;
    }
    const isPost = request.method === 'POST';
    if (route === 'host/status' && request.method === 'GET') {
      const processUptime = Math.round(performance.now() - started);
      const state = {
        id: 'local',
        state: 'Running',
        version: HOST_VERSION,
        processUptime,
        errors: [],
      };
      sendJson(response, 200, state);
    } else if (route === 'warmup') {
      const warmup = options.functions.find(({ trigger }) => trigger.kind === 'warmup');
      if (warmup !== undefined) {
        options.start(warmup, '');
      }
      response.writeHead(200, { 'content-length': 0 }).end();
    } else if (route === 'functions' && request.method === 'GET') {
      sendJson(
        response,
        200,
        options.functions.map((definition) => describe(definition, options)),
      );
    } else {
      const definition = options.functions.find(
        (candidate) => candidate.name.toLowerCase() === name?.toLowerCase(),
      );
      if (definition === undefined || !(isPost || request.method === 'GET')) {
        sendProblem(response, 404, 'There is no such function or operation.');
      } else if (isPost) {
        await startFunction(options, definition, request, response);
      } else {
        sendJson(response, 200, describe(definition, options));
      }
    }
    return true;
  };
}
