import type {
  CoreInvocationContext,
  InvocationRequest,
  InvocationResponse,
  LogCategory,
  LogLevel,
  ProgrammingModel,
} from '../contract.ts';
import type { FunctionDefinition } from '../definition.ts';
import type { Log } from '../log.ts';
import { filterLog, type Registry, runHooks } from './registry.ts';

/** The life of one invocation, in the steps of the Node worker's InvocationHandler. Rejects with what the function or a hook threw. */
export async function perform(
  { registry, model, log }: { registry: Registry; model: ProgrammingModel; log: Log },
  definition: FunctionDefinition,
  request: InvocationRequest,
): Promise<InvocationResponse> {
  const hookData: Record<string, unknown> = {};
  let userContext: unknown;
  const fields = { function: definition.name, invocationId: request.invocationId };
  const report = (message: string): void =>
    log('error', `Function.${definition.name}`, message, fields);
  const context: CoreInvocationContext = {
    invocationId: request.invocationId,
    request,
    metadata: definition.metadata,
    log(level: LogLevel, category: LogCategory, message: string): void {
      const invocation = { hookData, context: userContext };
      const line = filterLog(registry, { level, category, message }, invocation, report);
      const suffix = category === 'user' ? '.User' : '';
      log(line.level, `Function.${definition.name}${suffix}`, line.message, fields);
    },
  };
  const invocation = model.getInvocationModel(context);
  const { context: invocationContext, inputs } = await invocation.getArguments();
  userContext = invocationContext;
  const shared = { hookData, appHookData: registry.appHookData, invocationContext };

  context.state = 'preInvocationHooks';
  const before = { ...shared, functionCallback: definition.callback, inputs };
  await runHooks(registry, 'preInvocation', before);

  context.state = 'invocation';
  // Hooks find both, null for the one that is not there.
  const after: { result: unknown; error: unknown; inputs: unknown[] } = {
    result: null,
    error: null,
    inputs: before.inputs,
  };
  try {
    after.result = await invocation.invokeFunction(
      invocationContext,
      before.inputs,
      before.functionCallback,
    );
  } catch (error) {
    // As in the worker, a function that throws null or undefined has not failed.
    after.error = error;
  }

  context.state = 'postInvocationHooks';
  const outcome = { ...shared, ...after };
  await runHooks(registry, 'postInvocation', outcome);
  if (outcome.error !== undefined && outcome.error !== null) {
    throw outcome.error;
  }
  return invocation.getResponse(invocationContext, outcome.result);
}
