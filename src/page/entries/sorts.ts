/** What the catalogue holds: pipelines and targets, which are changed alike. */
import type { Client } from '../../client/client.ts';
import type { JsonText, VersionedText } from '../../client/http.ts';
import type { Section } from './entry-form.tsx';
import { pretty, withValue } from './json-text.ts';

type InDomain = { readonly domain?: string };

/** The calls that both have. */
export type Calls = {
  readonly getVersioned: (name: string, query: InDomain) => Promise<VersionedText>;
  readonly create: (entry: JsonText, query: InDomain) => Promise<{ readonly name: string }>;
  readonly putText: (
    name: string,
    entry: JsonText,
    query: InDomain & { readonly ifMatch?: string | undefined },
  ) => Promise<unknown>;
  readonly delete: (name: string, query: InDomain) => Promise<void>;
};

export type Sort = {
  readonly noun: 'pipeline' | 'target';
  readonly plural: 'pipelines' | 'targets';
  /** Its name in the API's document. */
  readonly schema: string;
  readonly sections: readonly Section[];
  /** The text of a new one. */
  readonly blank: string;
  readonly callsOf: (client: Client) => Calls;
};

export const PIPELINES: Sort = {
  noun: 'pipeline',
  plural: 'pipelines',
  schema: 'PipelineInput',
  sections: [
    { title: 'Name', fields: ['name', 'description'] },
    { title: 'What runs', fields: ['kind'] },
    { title: 'Params', fields: ['params', 'fixed_params', 'params_schema', 'params_schema_from'] },
    {
      title: 'Where and how',
      fields: ['lane', 'target', 'targets', 'labels', 'deadline_seconds', 'max_priority'],
    },
    { title: 'What a start may change', fields: ['overridable'] },
  ],
  blank: '{\n  "name": "",\n  "kind": "container"\n}\n',
  callsOf: ({ pipelines }) => pipelines,
};

export const TARGETS: Sort = {
  noun: 'target',
  plural: 'targets',
  schema: 'TargetInput',
  sections: [
    { title: 'Where', fields: ['name', 'connection', 'namespace'] },
    { title: 'Pods', fields: ['service_account', 'run_as_user', 'resources', 'node_selector'] },
    { title: 'Work volume', fields: ['work_claim', 'work_path'] },
  ],
  blank: '{\n  "name": ""\n}\n',
  callsOf: ({ targets }) => targets,
};

/** What the server says of an entry, and does not take. */
const READ_ONLY = [
  'params_schema_source',
  'warnings',
  'runnable',
  'not_runnable_reason',
  'version',
];

/** The text as somebody changes it. */
export const forEditing = (text: string): string =>
  pretty(READ_ONLY.reduce((made, name) => withValue(made, [name], undefined), text));
