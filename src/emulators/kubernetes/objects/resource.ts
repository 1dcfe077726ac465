/** The resources that the emulator serves. */

export type Resource = {
  /** API group; empty for the core group. */
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** What deletion does with dependents when the request does not say. */
  readonly defaultPropagation: 'Background' | 'Orphan';
  /** Fields that a fieldSelector may name, besides metadata.name and metadata.namespace. */
  readonly fields: readonly string[];
};

const ALL = ['create', 'delete', 'get', 'list', 'patch', 'watch'];
const READ = ['get', 'list', 'watch'];

function resource(kind: string, plural: string, rest: Partial<Resource> = {}): Resource {
  return {
    group: '',
    plural,
    kind,
    namespaced: true,
    verbs: ALL,
    defaultPropagation: 'Background',
    fields: [],
    ...rest,
  };
}

/** batch/v1 Jobs orphan their pods unless told otherwise: the oldest trap of the API. */
export const JOBS = resource('Job', 'jobs', { group: 'batch', defaultPropagation: 'Orphan' });
export const PODS = resource('Pod', 'pods', {
  fields: ['spec.nodeName', 'status.phase'],
});
export const EVENTS = resource('Event', 'events', {
  verbs: READ,
  fields: ['involvedObject.kind', 'involvedObject.name', 'involvedObject.uid', 'reason', 'type'],
});
export const CONFIG_MAPS = resource('ConfigMap', 'configmaps');
export const SECRETS = resource('Secret', 'secrets');
export const NAMESPACES = resource('Namespace', 'namespaces', {
  namespaced: false,
  verbs: READ,
});

export const RESOURCES: readonly Resource[] = [
  JOBS,
  PODS,
  EVENTS,
  CONFIG_MAPS,
  SECRETS,
  NAMESPACES,
];

export const groupVersion = (resource: Resource): string =>
  resource.group === '' ? 'v1' : `${resource.group}/v1`;
