/** create, patch, delete. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { defaultJob, defaultPod, defaultSecret } from '../objects/defaults.ts';
import { type DeleteOptions, deleteObject, settle } from '../objects/deletion.ts';
import { failureCauses } from '../objects/failure-request.ts';
import { isTable, type KubeObject, type Metadata, nameSuffix, seconds } from '../objects/object.ts';
import { JOBS, NAMESPACES, PODS, type Resource, SECRETS } from '../objects/resource.ts';
import {
  badRequest,
  forbidden,
  invalid,
  modified,
  notFound,
  unsupportedMediaType,
} from '../objects/status.ts';
import type { Store } from '../objects/store.ts';
import { decodeObject, parseBody, parseOptions, parsePatch } from './body.ts';
import { jsonPatch, mergePatch } from './patch.ts';
import { checkWrite, integer, type Query } from './query.ts';
import type { Reply } from './read-verbs.ts';
import type { Schema } from './schema.ts';
import { validate, validateUpdate } from './validate.ts';

export type WriteContext = { readonly store: Store; readonly schema: Schema };

export type Target = { readonly resource: Resource; readonly namespace: string };

const warned = (warnings: readonly string[]): Record<string, string> =>
  warnings.length === 0
    ? {}
    : { warning: warnings.map((text) => `299 - ${JSON.stringify(text)}`).join(', ') };

/** Without the parts that only the cluster writes, and with a name. */
function fresh(object: KubeObject, namespace: string): KubeObject {
  const { generateName } = object.metadata;
  const generated = generateName === undefined ? '' : `${generateName}${nameSuffix()}`;
  const { status: _, ...rest } = object;
  return {
    ...rest,
    metadata: {
      name: object.metadata.name || generated,
      namespace,
      uid: randomUUID(),
      resourceVersion: '',
      creationTimestamp: seconds(),
      ...(generateName === undefined ? {} : { generateName }),
      ...clientFields(object),
    },
  };
}

/** A Job's `spec` down to its containers, empty where nothing was sent. */
function withTemplate(object: KubeObject): KubeObject {
  const spec = (object['spec'] ?? {}) as { template?: { spec?: object } };
  const pod = { containers: [], ...spec.template?.spec };
  return { ...object, spec: { ...spec, template: { ...spec.template, spec: pod } } };
}

function completed(resource: Resource, object: KubeObject): KubeObject {
  if (resource === JOBS) {
    const job = defaultJob(withTemplate(object));
    return { ...job, metadata: { ...job.metadata, generation: 1 } };
  }
  if (resource === PODS) {
    const spec = { containers: [], ...(object['spec'] as object | undefined) };
    const pod = defaultPod({ ...object, spec });
    return { ...pod, metadata: { ...pod.metadata, generation: 1 } };
  }
  return resource === SECRETS ? defaultSecret(object) : object;
}

function refuseUnknownFailures(resource: Resource, object: KubeObject): void {
  const template = (object['spec'] as { template?: KubeObject } | undefined)?.template;
  const causes = [
    ...failureCauses(object),
    ...(template?.metadata === undefined ? [] : failureCauses(template)),
  ];
  if (causes.length > 0) throw invalid(resource, object.metadata.name, causes);
}

export function create(
  { store, schema }: WriteContext,
  { resource, namespace }: Target,
  text: string,
  query: Query,
): Reply {
  const dry = query.get('dryRun') === 'All';
  const kept = new URLSearchParams(query);
  if (dry) kept.delete('dryRun');
  checkWrite(kept);
  const received = parseBody(schema, resource, text);
  const asked = received.object.metadata.namespace ?? '';
  if (asked !== '' && asked !== namespace) {
    throw badRequest(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  }
  if (store.get(NAMESPACES, '', namespace) === undefined) throw notFound(NAMESPACES, namespace);
  const object = completed(resource, fresh(received.object, namespace));
  validate(resource, object);
  refuseUnknownFailures(resource, object);
  const body = dry ? object : store.create(resource, object);
  return { status: 201, body, headers: warned(received.warnings) };
}

/** Stores `next` in the place of `current`, with what a client may not change taken from the latter. */
function store(
  context: WriteContext,
  resource: Resource,
  current: KubeObject,
  next: KubeObject,
): KubeObject {
  const { name, namespace = '', resourceVersion } = current.metadata;
  if (next.metadata.name !== name) {
    throw badRequest(
      `the name of the object (${next.metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  if ((next.metadata.resourceVersion ?? resourceVersion) !== resourceVersion) {
    throw modified(resource, name);
  }
  const {
    labels: _l,
    annotations: _a,
    ownerReferences: _o,
    finalizers: _f,
    ...metadata
  } = current.metadata;
  const merged: KubeObject = {
    ...(resource === SECRETS ? defaultSecret(next) : next),
    metadata: {
      ...metadata,
      ...clientFields(next),
      uid: next.metadata.uid ?? metadata.uid,
    },
  };
  if ('status' in current) merged['status'] = current['status'];
  validateUpdate(resource, current, merged);
  if (resource === PODS && !isDeepStrictEqual(merged['spec'], current['spec'])) {
    throw invalid(PODS, name, [
      forbidden('spec', 'pod updates may not change fields of the spec in the emulator'),
    ]);
  }
  validate(resource, merged);
  refuseUnknownFailures(resource, merged);
  if (!isDeepStrictEqual(merged['spec'], current['spec'])) {
    merged.metadata.generation = (metadata.generation ?? 0) + 1;
  }
  const stored = context.store.replace(resource, current, merged);
  settle(context.store, resource, stored);
  return context.store.get(resource, namespace, name) ?? stored;
}

type OwnFields = 'labels' | 'annotations' | 'ownerReferences' | 'finalizers';

/** The fields of the metadata that clients write, as they are in `next`: absent ones are to be absent. */
function clientFields({ metadata }: KubeObject): Partial<Pick<Metadata, OwnFields>> {
  const { labels, annotations, ownerReferences, finalizers } = metadata;
  return {
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(ownerReferences === undefined ? {} : { ownerReferences }),
    ...(finalizers === undefined ? {} : { finalizers }),
  };
}

function existing(context: WriteContext, target: Target, name: string): KubeObject {
  const object = context.store.get(target.resource, target.namespace, name);
  if (object === undefined) throw notFound(target.resource, name);
  return object;
}

function applyPatch(contentType: string, current: KubeObject, text: string): unknown {
  const [type = ''] = contentType.split(';');
  switch (type.trim()) {
    case 'application/json-patch+json':
      return jsonPatch(current, parsePatch(text));
    case 'application/merge-patch+json':
      return mergePatch(current, parsePatch(text));
    default:
      throw unsupportedMediaType();
  }
}

export function patch(
  context: WriteContext,
  target: Target,
  name: string,
  request: { readonly text: string; readonly contentType: string; readonly query: Query },
): Reply {
  const { resource } = target;
  const { query } = request;
  checkWrite(query);
  const current = existing(context, target, name);
  const patched = applyPatch(request.contentType, current, request.text);
  if (!isTable(patched)) throw badRequest('the patch does not leave an object');
  const { object, warnings } = decodeObject(context.schema, resource, patched);
  const body = store(context, resource, current, object);
  return { status: 200, body, headers: warned(warnings) };
}

function deleteOptions(text: string, query: Query): DeleteOptions {
  checkWrite(query);
  const { propagationPolicy, gracePeriodSeconds, preconditions, dryRun } = parseOptions(
    text,
  ) as DeleteOptions & { readonly dryRun?: unknown };
  if (dryRun !== undefined) throw badRequest('the emulator does dry runs of creations only');
  const policy = propagationPolicy ?? query.get('propagationPolicy') ?? undefined;
  const grace = gracePeriodSeconds ?? integer(query, 'gracePeriodSeconds');
  return {
    ...(policy === undefined ? {} : { propagationPolicy: policy }),
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(preconditions === undefined ? {} : { preconditions }),
  };
}

export function remove(
  context: WriteContext,
  target: Target,
  name: string,
  request: { readonly text: string; readonly query: Query },
): Reply {
  const { resource } = target;
  const options = deleteOptions(request.text, request.query);
  const deletion = deleteObject(context.store, resource, existing(context, target, name), options);
  // Pods come back as objects even when they are gone at once.
  if (!deletion.gone || resource === PODS) return { status: 200, body: deletion.object };
  const { group, plural } = resource;
  const { uid } = deletion.object.metadata;
  return {
    status: 200,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name, ...(group === '' ? {} : { group }), kind: plural, uid },
    },
  };
}
