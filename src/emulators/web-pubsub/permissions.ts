/**
 * What a connection may do with groups, from the roles of its token.
 * Source: learn.microsoft.com/azure/azure-web-pubsub/concept-client-protocols (permissions) and the
 * wildcard roles of the official emulator.
 */

export type Action = 'joinLeaveGroup' | 'sendToGroup';

/** More than this many stars make a pattern invalid, and an invalid pattern grants nothing. */
const STARS_MAX = 5;

type Token = { readonly kind: 'char' | 'any' | 'run' | 'deep'; readonly char: string };

/** `*` and `?` stop at a dot, `**` crosses dots, `\` escapes `*`, `?` and itself. Undefined when invalid. */
function parsePattern(pattern: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (const [piece] of pattern.matchAll(/\\.?|\*+|[^]/gu)) {
    if (piece.startsWith('*')) tokens.push({ kind: piece.length > 1 ? 'deep' : 'run', char: '' });
    else if (piece === '?') tokens.push({ kind: 'any', char: '' });
    else if (!piece.startsWith('\\')) tokens.push({ kind: 'char', char: piece });
    else if (/^\\[*?\\]$/.test(piece)) tokens.push({ kind: 'char', char: piece.slice(1) });
    else return undefined;
  }
  const stars = tokens.filter((token) => token.kind === 'run' || token.kind === 'deep').length;
  return tokens.length === 0 || stars > STARS_MAX ? undefined : tokens;
}

/** Follows all possibilities at once, so that no pattern takes more than length times length steps. */
function matches(tokens: readonly Token[], text: string): boolean {
  const isStar = (index: number) => tokens[index]?.kind === 'run' || tokens[index]?.kind === 'deep';
  const close = (states: Set<number>): Set<number> => {
    // A set that grows while it is iterated also visits what was added.
    for (const state of states) if (isStar(state)) states.add(state + 1);
    return states;
  };
  let states = close(new Set([0]));
  for (const char of text) {
    const next = new Set<number>();
    for (const state of states) {
      const token = tokens[state];
      if (token === undefined) continue;
      if (token.kind === 'deep' || (token.kind === 'run' && char !== '.')) next.add(state);
      if (token.kind === 'any' && char !== '.') next.add(state + 1);
      if (token.kind === 'char' && token.char === char) next.add(state + 1);
    }
    states = close(next);
  }
  return states.has(tokens.length);
}

/** Whether `group` matches a wildcard role's pattern. */
export function matchesPattern(pattern: string, group: string): boolean {
  const tokens = parsePattern(pattern);
  return tokens !== undefined && matches(tokens, group);
}

export class Permissions {
  readonly #granted: Record<Action, Set<string>> = {
    joinLeaveGroup: new Set(),
    sendToGroup: new Set(),
  };
  readonly #all = new Set<Action>();
  readonly #patterns: Record<Action, (readonly Token[])[]> = {
    joinLeaveGroup: [],
    sendToGroup: [],
  };

  constructor(roles: readonly string[]) {
    for (const role of roles) {
      const [, name, plural, group] =
        /^webpubsub\.(joinLeaveGroup|sendToGroup)(s?)(?:\.(.+))?$/s.exec(role) ?? [];
      if (name !== 'joinLeaveGroup' && name !== 'sendToGroup') continue;
      if (plural === '') this.grant(name, group);
      else if (group !== undefined) {
        const tokens = parsePattern(group);
        if (tokens !== undefined) this.#patterns[name].push(tokens);
      }
    }
  }

  /** Without a group: every group. */
  grant(action: Action, group: string | undefined): void {
    if (group === undefined) this.#all.add(action);
    else this.#granted[action].add(group);
  }

  revoke(action: Action, group: string | undefined): void {
    if (group === undefined) this.#all.delete(action);
    else this.#granted[action].delete(group);
  }

  may(action: Action, group: string | undefined): boolean {
    if (this.#all.has(action)) return true;
    if (group === undefined) return false;
    if (this.#granted[action].has(group)) return true;
    return this.#patterns[action].some((tokens) => matches(tokens, group));
  }
}
