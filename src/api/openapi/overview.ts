/** Introduction and tags of the OpenAPI document. */
import { JSON_TYPE, PROBLEM_TYPE } from '../http/route-options.ts';

export const OVERVIEW = `Starts, watches and steers Nextflow pipelines and container jobs on Kubernetes.

Send a token as \`Authorization: Bearer\`. Bodies are \`${JSON_TYPE}\`, refusals \`${PROBLEM_TYPE}\` with a stable \`code\`: all codes are in a table at the end of the page, and in the schema \`Problem\`. Answers may get new fields. In a body, null counts as not given for every field that may be left out, also where its schema does not list null.

A first run: \`POST /api/v1/runs\` with \`{"pipeline": "hello"}\`, then \`GET /api/v1/runs/{run_id}/events\` with \`after\` and \`wait\` until \`complete\` is true.`;

export const TAGS = [
  { name: 'Runs', description: 'Start, watch, list and cancel runs, and read their logs.' },
  { name: 'Live', description: 'Events at the moment they happen, over Web PubSub.' },
  {
    name: 'Lanes',
    description: 'Queues: a lane admits as many runs at once as its capacity says, one by default.',
  },
  { name: 'Pipelines', description: 'The catalogue: what runs can be started by name.' },
  { name: 'Targets', description: 'Clusters and namespaces that runs can go to.' },
  { name: 'Policies', description: 'What the callers of a domain may start.' },
  { name: 'Tokens', description: 'Who may call, and what with.' },
  {
    name: 'Domains',
    description: 'What a domain may have, what it uses, and how long it keeps it.',
  },
  { name: 'Audit', description: 'Who did what, when and from where.' },
  {
    name: 'Trace ingest',
    description:
      'For drivers of Nextflow alone: where they send what their tasks do, with a token of their run (`trace` of an entry).',
  },
  {
    name: 'Legacy paths',
    description:
      'The API of nextflow-k8s-service 1.9, on the domain and lane `default`, for callers made for it.',
  },
  { name: 'Health', description: 'For probes and monitoring.' },
] as const;
