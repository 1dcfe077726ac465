/**
 * The rules of Kubernetes 1.34 for the fields of a Job. A value that it would refuse, or that no node
 * could ever run, is refused when the request comes in, with the name of the field.
 * Names and labels: apimachinery, pkg/util/validation; quantities: apimachinery, pkg/api/resource.
 */
import { z } from 'zod';
import { CPU_MAX, CPU_MIN, MEMORY_BYTES_MAX, MEMORY_BYTES_MIN } from '../limits.ts';
import { ADDRESS_CHARS_MAX, DNS_NAME_CHARS_MAX, LABEL_CHARS_MAX } from '../request-limits.ts';
import { imageReference } from './image.ts';
import { quantity } from './quantity.ts';

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const QUALIFIED = /^[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;

/** DNS labels joined by dots: the names of most objects. */
const isSubdomain = (text: string): boolean =>
  text.length <= DNS_NAME_CHARS_MAX && text.split('.').every((part) => LABEL.test(part));

/** A DNS label: the name of a namespace. */
export const Namespace = z
  .string()
  .regex(
    LABEL,
    'must be 1 to 63 of a-z, 0-9 and -, and start and end with a letter or digit, such as team-a',
  );

/** The name of a ServiceAccount, a PersistentVolumeClaim or a Secret. */
export const ObjectName = z
  .string()
  .refine(
    isSubdomain,
    'must be at most 253 of a-z, 0-9, - and ., each part between dots starting and ending with a letter or digit, such as sluice-driver',
  );

/** A key of a Secret's data. */
export const SecretKey = z
  .string()
  .max(DNS_NAME_CHARS_MAX)
  .regex(
    /^(?!\.\.?$|\.\.)[-._A-Za-z0-9]+$/,
    'must be of letters, digits, -, _ and ., not starting with .., such as password',
  );

/** A label key: `disk` or `example.com/disk`. */
export const LabelKey = z.string().refine((text) => {
  const slash = text.indexOf('/');
  return QUALIFIED.test(text.slice(slash + 1)) && (slash < 0 || isSubdomain(text.slice(0, slash)));
}, 'must be a label key: at most 63 of letters, digits, -, _ and ., with a DNS name and / before it if wanted, such as example.com/disk');

export const LabelValue = z
  .string()
  .refine(
    (text) => text === '' || QUALIFIED.test(text),
    'must be at most 63 of letters, digits, -, _ and ., and start and end with a letter or digit',
  );

/**
 * The names that every supported version takes. Only 1.34 takes other printable characters too; a run must
 * not depend on the version of its cluster.
 */
export const EnvName = z
  .string()
  .max(LABEL_CHARS_MAX)
  .regex(
    /^(?!\.\.?$|\.\.)[-._A-Za-z][-._A-Za-z0-9]*$/,
    'must be of letters, digits, _, - and ., not starting with a digit or .., such as MY_VAR',
  );

export const Image = z
  .string()
  .max(ADDRESS_CHARS_MAX)
  .refine(
    (text) => imageReference(text) !== undefined,
    'must be an image reference in lower case without blanks, such as ghcr.io/org/tool:1.2',
  );

function Quantity(unit: string, least: number, most: number, allowed: string) {
  return z.string().check((context) => {
    const value = quantity(context.value);
    if (value !== null && value >= least && value <= most) return;
    // A wrong suffix is the usual mistake, so the message says what it means.
    const is = value === null ? 'is no Kubernetes quantity' : `is ${value} ${unit}`;
    context.issues.push({
      code: 'custom',
      input: context.value,
      message: `${is}; ${allowed}`,
    });
  });
}

export const Cpu = Quantity('CPUs', CPU_MIN, CPU_MAX, 'allowed are 1m to 1000, such as 500m or 2');
export const Memory = Quantity(
  'bytes',
  MEMORY_BYTES_MIN,
  MEMORY_BYTES_MAX,
  'allowed are 6Mi to 32Ti, such as 512Mi or 2Gi',
);
