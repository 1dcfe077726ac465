/** What a driver is told so that it sends its trace by Tower's protocol, or by the plugin nf-weblog. Pure. */
import type { Planned, TraceAccess } from '../kind.ts';
import type { Settings } from './config.ts';
import type { Nextflow } from './fields.ts';

type Run = Pick<Planned<Nextflow, unknown>, 'run_id' | 'own' | 'trace'>;

/** The protocols by which drivers send what their tasks do; they need an address of the app. */
export const sentTrace = ({ trace }: Pick<Nextflow, 'trace'>): TraceAccess['source'] | undefined =>
  trace === 'tower' || trace === 'weblog' ? trace : undefined;

/** Variables of Nextflow's plugin nf-tower. With the id of a run it takes token and workspace from them alone, whatever a pipeline configures. */
const TOWER_ENV = [
  'TOWER_ACCESS_TOKEN',
  'TOWER_API_ENDPOINT',
  'TOWER_REFRESH_TOKEN',
  'TOWER_WORKFLOW_ID',
  'TOWER_WORKSPACE_ID',
];

/** Variables that a user's secrets cannot be: a driver reports to one place. Without `tower` they are the user's, for a server of his own. */
export const takenByTrace = (own: Nextflow): readonly string[] =>
  own.trace === 'tower' ? TOWER_ENV : [];

/** What the driver's environment needs for it. */
export function sentEnvironment({ run_id, trace }: Run): Readonly<Record<string, string>> {
  if (trace?.source !== 'tower') return {};
  return {
    TOWER_ACCESS_TOKEN: trace.token,
    TOWER_API_ENDPOINT: trace.endpoint,
    TOWER_WORKFLOW_ID: run_id,
  };
}

/**
 * Attempts of each message from Nextflow 26.04 on, which ends the run after the last one: about 18 minutes, where its own default
 * is 10 attempts in three minutes. Older versions do not read it.
 */
const ATTEMPTS = 20;

/** What its configuration needs. An address in a pipeline's own configuration would count before the variable, and get the token. */
export function sentSettings({ trace }: Run): Settings {
  if (trace?.source === 'tower')
    return [
      ['tower.enabled', true],
      ['tower.endpoint', trace.endpoint],
      ['tower.retryPolicy.maxAttempts', ATTEMPTS],
    ];
  // No plugin is pinned here: a `plugins` block takes the place of the pipeline's own.
  if (trace?.source === 'weblog')
    return [
      ['weblog.enabled', true],
      ['weblog.url', `${trace.endpoint}/weblog`],
      ['weblog.basicToken', `@token:${trace.token}`],
    ];
  return [];
}
