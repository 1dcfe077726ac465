/** What a token or person may do, without the schema library: the page has no room for it. */

export const SCOPES = ['read', 'launch', 'run', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * What each scope includes, in order: `read` sees, `launch` starts entries of the catalogue and cancels,
 * `run` starts whatever the policy of the domain allows, `admin` does everything.
 */
const INCLUDES: Readonly<Record<Scope, readonly Scope[]>> = {
  read: ['read'],
  launch: ['read', 'launch'],
  run: ['read', 'launch', 'run'],
  admin: ['read', 'launch', 'run', 'admin'],
};

export const allows = (stored: readonly Scope[], wanted: Scope): boolean =>
  stored.some((scope) => INCLUDES[scope].includes(wanted));

/** How runs are marked that a caller starts, for people: its name, else its id; null in open mode, where nobody is known. */
export const starterOf = (caller: {
  readonly kind: string;
  readonly name: string | null;
  readonly id: string;
}): string | null => (caller.kind === 'open' ? null : (caller.name ?? caller.id));
