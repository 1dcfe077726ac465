/** The API server's rules for what is stored, as far as they meet Jobs and what belongs to them. */
import { isDeepStrictEqual } from 'node:util';
import type { ContainerSpec, Job, JobSpec, KubeObject, Pod, PodSpec } from '../objects/object.ts';
import { CONFIG_MAPS, JOBS, PODS, type Resource, SECRETS } from '../objects/resource.ts';
import {
  type Cause,
  forbidden,
  invalid,
  invalidValue,
  required,
  unsupported,
} from '../objects/status.ts';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const LABEL_KEY =
  /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$/;
const CONFIG_KEY = /^[-._a-zA-Z0-9]+$/;

const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const LABEL_VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const LABEL_KEY_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const CONFIG_KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/** Kubernetes: all annotations of an object together, keys included. */
const MAX_ANNOTATIONS = 262_144;
/** Kubernetes: data of a ConfigMap or Secret. */
const MAX_DATA = 1_048_576;

const tooLong = (most: number) => `must be no more than ${most} characters`;

function* metadata(object: KubeObject): Generator<Cause> {
  const { name, labels = {}, annotations = {}, ownerReferences = [] } = object.metadata;
  if (name === '') yield required('metadata.name', 'name or generateName is required');
  else if (name.length > 253) yield invalidValue('metadata.name', name, tooLong(253));
  else if (!SUBDOMAIN.test(name)) yield invalidValue('metadata.name', name, SUBDOMAIN_RULE);
  yield* labelCauses('metadata.labels', labels);
  let size = 0;
  for (const [key, value] of Object.entries(annotations)) {
    size += Buffer.byteLength(key) + Buffer.byteLength(value);
    if (!LABEL_KEY.test(key.toLowerCase())) {
      yield invalidValue('metadata.annotations', key, LABEL_KEY_RULE);
    }
  }
  if (size > MAX_ANNOTATIONS) {
    yield {
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${MAX_ANNOTATIONS} bytes`,
      field: 'metadata.annotations',
    };
  }
  for (const [at, owner] of ownerReferences.entries()) {
    const field = `metadata.ownerReferences[${at}]`;
    for (const part of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if ((owner[part] ?? '') === '') {
        yield invalidValue(`${field}.${part}`, '', `${part.toLowerCase()} must not be empty`);
      }
    }
  }
}

function* labelCauses(field: string, labels: Record<string, string>): Generator<Cause> {
  for (const [key, value] of Object.entries(labels)) {
    if (!LABEL_KEY.test(key)) yield invalidValue(field, key, LABEL_KEY_RULE);
    if (value.length > 63) yield invalidValue(field, value, tooLong(63));
    else if (!LABEL_VALUE.test(value)) yield invalidValue(field, value, LABEL_VALUE_RULE);
  }
}

function* containers(
  field: string,
  list: readonly ContainerSpec[],
  names: Set<string>,
  volumes: ReadonlySet<string>,
): Generator<Cause> {
  for (const [at, one] of list.entries()) {
    const path = `${field}[${at}]`;
    const name = one.name ?? '';
    if (name === '') yield required(`${path}.name`);
    else if (name.length > 63) yield invalidValue(`${path}.name`, name, tooLong(63));
    else if (!DNS_LABEL.test(name)) yield invalidValue(`${path}.name`, name, LABEL_RULE);
    else if (names.has(name)) {
      yield {
        reason: 'FieldValueDuplicate',
        message: `Duplicate value: "${name}"`,
        field: `${path}.name`,
      };
    }
    names.add(name);
    if ((one.image ?? '') === '') yield required(`${path}.image`);
    for (const [index, mount] of (one.volumeMounts ?? []).entries()) {
      const mountPath = `${path}.volumeMounts[${index}]`;
      if ((mount.mountPath ?? '') === '') yield required(`${mountPath}.mountPath`);
      if (!volumes.has(mount.name)) {
        yield {
          reason: 'FieldValueNotFound',
          message: `Not found: "${mount.name}"`,
          field: `${mountPath}.name`,
        };
      }
    }
  }
}

function* podTemplate(spec: PodSpec, field: string): Generator<Cause> {
  const volumes = new Set((spec.volumes ?? []).map((volume) => volume.name));
  const names = new Set<string>();
  if (spec.containers.length === 0) yield required(`${field}.containers`);
  yield* containers(`${field}.containers`, spec.containers, names, volumes);
  yield* containers(`${field}.initContainers`, spec.initContainers ?? [], names, volumes);
  const policy = spec.restartPolicy;
  if (policy === undefined || policy === '') {
    yield required(`${field}.restartPolicy`, 'valid values: "OnFailure", "Never"');
  } else if (policy === 'OnFailure' || (field === 'spec' && policy === 'Always')) {
    yield forbidden(`${field}.restartPolicy`, 'the emulator does not restart containers');
  } else if (policy !== 'Never') {
    yield unsupported(`${field}.restartPolicy`, policy, ['OnFailure', 'Never']);
  }
}

const COUNTS = [
  'parallelism',
  'completions',
  'backoffLimit',
  'activeDeadlineSeconds',
  'ttlSecondsAfterFinished',
] as const;

function* job(object: Job): Generator<Cause> {
  const { spec } = object;
  const { name } = object.metadata;
  for (const field of COUNTS) {
    const value = spec[field];
    if (value !== undefined && value < 0) {
      yield invalidValue(`spec.${field}`, value, 'must be greater than or equal to 0');
    }
  }
  if (spec.completionMode === 'Indexed') {
    yield forbidden('spec.completionMode', 'the emulator has no Indexed Jobs');
  } else if (spec.completionMode !== 'NonIndexed') {
    yield unsupported('spec.completionMode', spec.completionMode, ['NonIndexed', 'Indexed']);
  }
  if (spec.podFailurePolicy !== undefined) {
    yield forbidden('spec.podFailurePolicy', 'the emulator has no pod failure policies');
  }
  // The Job's name becomes a label of its pods, once under each of two keys.
  const rule = name.length > 63 ? tooLong(63) : LABEL_VALUE.test(name) ? '' : LABEL_VALUE_RULE;
  if (rule !== '') {
    yield invalidValue('spec.template.labels', name, rule);
    yield invalidValue('spec.template.labels', name, rule);
  }
  const {
    'job-name': _,
    'batch.kubernetes.io/job-name': __,
    ...labels
  } = spec.template.metadata?.labels ?? {};
  yield* labelCauses('spec.template.labels', labels);
  yield* podTemplate(spec.template.spec, 'spec.template.spec');
}

function* keyed(object: KubeObject): Generator<Cause> {
  let size = 0;
  for (const field of ['data', 'binaryData']) {
    for (const [key, value] of Object.entries((object[field] ?? {}) as Record<string, string>)) {
      size += value.length;
      if (!CONFIG_KEY.test(key)) yield invalidValue(`${field}[${key}]`, key, CONFIG_KEY_RULE);
    }
  }
  if (size > MAX_DATA) {
    yield {
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${MAX_DATA} bytes`,
      field: '',
    };
  }
}

function refuse(resource: Resource, name: string, causes: readonly Cause[]): void {
  if (causes.length > 0) throw invalid(resource, name, causes);
}

/** Throws Invalid (422) with every cause. */
export function validate(resource: Resource, object: KubeObject): void {
  const causes = [...metadata(object)];
  if (resource === JOBS) causes.push(...job(object as Job));
  if (resource === PODS) causes.push(...podTemplate((object as Pod).spec, 'spec'));
  if (resource === CONFIG_MAPS || resource === SECRETS) causes.push(...keyed(object));
  refuse(resource, object.metadata.name, causes);
}

/** Scheduling directives: they may change while the Job is suspended and has not started. */
function fixedTemplate(spec: JobSpec, open: boolean): unknown {
  if (!open) return spec.template;
  const {
    nodeSelector: _n,
    affinity: _a,
    tolerations: _t,
    schedulingGates: _s,
    ...rest
  } = spec.template.spec;
  return rest;
}

/** Throws Invalid (422) when a field changes that may not. */
export function validateUpdate(resource: Resource, old: KubeObject, next: KubeObject): void {
  const causes: Cause[] = [];
  const fixed = (field: string, before: unknown, after: unknown) => {
    if (!isDeepStrictEqual(before, after)) {
      causes.push(invalidValue(field, after, 'field is immutable'));
    }
  };
  fixed('metadata.uid', old.metadata.uid, next.metadata.uid);
  if (resource === JOBS) {
    const [before, after] = [(old as Job).spec, (next as Job).spec];
    const open = before.suspend && (old as Job).status.startTime === undefined;
    fixed('spec.completions', before.completions, after.completions);
    fixed('spec.selector', before.selector, after.selector);
    fixed('spec.template', fixedTemplate(before, open), fixedTemplate(after, open));
    fixed('spec.completionMode', before.completionMode, after.completionMode);
  }
  if (resource === CONFIG_MAPS || resource === SECRETS) {
    if (old['immutable'] === true) {
      for (const field of ['data', 'binaryData', 'immutable']) {
        if (!isDeepStrictEqual(old[field], next[field])) {
          causes.push(forbidden(field, 'field is immutable when `immutable` is set'));
        }
      }
    }
  }
  refuse(resource, next.metadata.name, causes);
}
