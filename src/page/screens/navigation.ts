/** Screens that the header leads to, in its order, for callers with the scope. */
import type { Scope } from '../../core/access/scopes.ts';

export const navigation = [
  { to: '/runs', label: 'Runs', scope: 'read' },
  { to: '/start', label: 'Start', scope: 'launch' },
  { to: '/lanes', label: 'Lanes', scope: 'read' },
  { to: '/pipelines', label: 'Pipelines', scope: 'read' },
  { to: '/targets', label: 'Targets', scope: 'read' },
  { to: '/tokens', label: 'Tokens', scope: 'admin' },
  { to: '/domains', label: 'Domains', scope: 'admin' },
  { to: '/audit', label: 'Audit log', scope: 'admin' },
] as const satisfies readonly { to: string; label: string; scope: Scope }[];
