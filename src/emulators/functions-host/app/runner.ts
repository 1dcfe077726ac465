/** What runs the app's code: this process, or under a strict host one of its own. */

import type { InvocationRequest, InvocationResponse } from '../contract.ts';
import type { FunctionDefinition } from '../definition.ts';
import { createForwarder, type StreamCall } from '../http/http-stream.ts';
import { createStrictForwarder } from '../http/http-strict.ts';
import { startStreaming } from '../http/stream-server.ts';
import type { FunctionTimeout, Invoker } from '../invoker.ts';
import type { Log } from '../log.ts';
import { FORWARD_IDLE_MS } from '../process/strict.ts';
import { WorkerProcess } from '../process/worker-process.ts';
import { startApp } from './app.ts';
import { perform } from './perform.ts';

/** Takes HTTP requests to functions that stream. */
export type Forwarder = {
  readonly forward: (call: StreamCall) => void;
  readonly close: () => void;
};

export type Runner = {
  readonly functions: readonly FunctionDefinition[];
  readonly perform: (
    definition: FunctionDefinition,
    request: InvocationRequest,
  ) => Promise<InvocationResponse>;
  /** A function went over its time and may still run. */
  readonly onTimeout: (error: FunctionTimeout) => void;
  /** Undefined when the app did not ask for HTTP streaming. */
  readonly forwarder: (invoker: Invoker) => Promise<Forwarder | undefined>;
  /** Runs the appTerminate hooks. */
  readonly end: () => Promise<void>;
};

export type RunnerOptions = {
  readonly appDir: string;
  readonly main: string | undefined;
  readonly log: Log;
  readonly onTimeout: (error: FunctionTimeout) => void;
  readonly forwardIdleMs: number | undefined;
};

/** Rejects with what is wrong with the app; `undo` gets what releases the process for another one. */
export async function runInProcess(
  { appDir, main, log, onTimeout, forwardIdleMs }: RunnerOptions,
  strict: number | undefined,
  undo: (() => unknown)[],
): Promise<Runner> {
  const app = await startApp(appDir, main, log, undo);
  return {
    functions: app.functions,
    perform: (definition, request) => perform({ ...app, log }, definition, request),
    onTimeout,
    forwarder: async (invoker) => {
      const stream = await startStreaming(app.model, strict);
      undo.push(() => stream?.close());
      if (stream === undefined || strict === undefined) {
        return stream && createForwarder(stream, invoker, log);
      }
      const idleMs = forwardIdleMs ?? FORWARD_IDLE_MS * strict;
      return createStrictForwarder({ port: async () => stream.port, invoker, log, idleMs });
    },
    end: app.terminate,
  };
}

/** The same with a process for the app, which is replaced when a function goes over its time. */
export async function runInWorker(
  { appDir, main, log, forwardIdleMs }: RunnerOptions,
  strict: number,
  undo: (() => unknown)[],
): Promise<Runner> {
  const worker = await WorkerProcess.start({ appDir, main, strict }, process.env, log);
  undo.push(() => worker.close());
  const idleMs = forwardIdleMs ?? FORWARD_IDLE_MS * strict;
  const port = (): Promise<number | undefined> => worker.streamPort();
  return {
    functions: worker.functions,
    perform: (definition, request) => worker.perform(definition, request),
    onTimeout: ({ invocationId }) => void worker.replace(invocationId),
    forwarder: async (invoker) =>
      (await port()) === undefined
        ? undefined
        : createStrictForwarder({ port, invoker, log, idleMs }),
    end: () => worker.close(),
  };
}
