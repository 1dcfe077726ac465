/** Adds commands to the program: each handler gets a context and may return an exit code. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Connect, type Context, contextOf, type Options } from './context.ts';
import { EXIT, Exit, tellFailure } from './failure.ts';
import type { Terminal } from './terminal.ts';

/** Adds one command, or a family of them, to the program. */
export type Register = (program: Command, act: Act) => void;

/** Makes a commander action of a handler: `(context, …arguments, options)`. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it types the arguments of the handler
export type Act = <Given extends readonly unknown[]>(
  handler: (context: Context, ...given: Given) => Promise<number | undefined | void>,
) => (...given: unknown[]) => Promise<void>;

export const actIn =
  (terminal: Terminal, connect: Connect): Act =>
  (handler) =>
  async (...given) => {
    const command = given.pop() as Command;
    const options: Options = command.optsWithGlobals();
    const code = await handler(contextOf(terminal, options, connect), ...(given as never));
    if (typeof code === 'number' && code !== EXIT.succeeded) throw new Exit(code);
  };

/** Does it for each id, also after one that failed; each failure is told, and the last one ends the command. */
export async function forEachId(
  context: Context,
  ids: readonly string[],
  action: (id: string) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const id of ids) {
    try {
      await action(id);
    } catch (error) {
      const earlier = failures.at(-1);
      if (earlier !== undefined) tellFailure(context.terminal, earlier, context.json);
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures.at(-1);
}

/** Collects the values of an option that may be given several times. */
export const collect = (value: string, before: readonly string[] = []): string[] => [
  ...before,
  value,
];

/** An option that takes one of these values; with `several` it may be given several times. */
export function choice(
  flags: string,
  description: string,
  values: readonly string[],
  several: 'once' | 'several' = 'once',
): Option {
  const option = new Option(flags, description).choices(values);
  if (several === 'once') return option;
  return option.argParser((value: string, before?: readonly string[]) => {
    if (values.includes(value)) return collect(value, before);
    throw new InvalidArgumentError(`Allowed choices are ${values.join(', ')}.`);
  });
}
