/** The schema of the environment, from the table of settings. */
import { z } from 'zod';
import { isPrivate } from '../../core/access/address/loopback.ts';
import { Grant } from '../../core/access/sign-in.ts';
import { isOn } from './environment.ts';
import type { Setting } from './setting.ts';
import { SETTINGS } from './table.ts';

/** How to reach one cluster. `identity` is the app's managed identity, for AKS with Entra ID. */
const ClusterSetting = z.union([
  z.strictObject({ kubeconfig: z.string().min(1), context: z.string().min(1).optional() }),
  z.strictObject({ inCluster: z.literal(true) }),
  z.strictObject({
    server: z.url({ protocol: /^https$/ }),
    caData: z.string().min(1),
    identity: z.literal(true),
  }),
]);
export type ClusterSetting = z.infer<typeof ClusterSetting>;

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});

const clusters = json.pipe(z.record(z.string().regex(/^[a-z0-9-]{1,63}$/), ClusterSetting));

// A key of digits alone would not keep its place in the order.
const grants = json.pipe(z.record(z.string().regex(/^(?!\d+$)[\w.:@|=+-]+$/), Grant));

const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;

function isBase(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  return url.username === '' && url.password === '' && !/[?#\s]/.test(text);
}

const words = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((word) => word !== ''))
  .pipe(z.array(z.string()));

const origins = words.pipe(z.array(z.string().refine(isOrigin, 'is not an origin')));

function schemaOf(setting: Setting): z.ZodType {
  switch (setting.kind) {
    case 'flag':
      return z.enum(['0', '1', 'false', 'true']).transform(isOn);
    case 'number':
      return z.coerce.number().min(setting.min).max(setting.max);
    case 'whole':
      return z.coerce.number().int().min(setting.min).max(setting.max);
    case 'word':
      return z.string().toLowerCase().pipe(z.enum(setting.words));
    case 'https':
      return z.url({ protocol: /^https$/ });
    case 'issuer':
      return z.string().refine(isPrivate, 'must be an https address');
    case 'address':
      return z.union([z.literal('request'), z.url({ protocol: /^https?$/ })], {
        error: 'must be an http or https address, or the word request',
      });
    case 'base':
      return z
        .string()
        .refine(isBase, 'must be an http or https address, without name, password, ? and #');
    case 'origins':
      return origins;
    case 'words':
      return words;
    case 'grants':
      return grants;
    case 'clusters':
      return clusters;
    case 'text': {
      const text = z
        .string()
        .min(setting.min, `must have at least ${setting.min} characters`)
        .max(setting.max, `must have at most ${setting.max} characters`);
      return setting.pattern === undefined
        ? text
        : text.regex(setting.pattern, `must be of ${setting.takes}`);
    }
    case 'path':
    case 'plain':
    case 'schedule':
      return z.string();
  }
}

type Kinds = {
  readonly flag: boolean;
  readonly number: number;
  readonly whole: number;
  readonly origins: readonly string[];
  readonly words: readonly string[];
  readonly grants: Readonly<Record<string, z.infer<typeof Grant>>>;
  readonly clusters: Readonly<Record<string, ClusterSetting>>;
};
type ValueOf<S extends Setting> = S extends { readonly kind: 'word' }
  ? S['words'][number]
  : S['kind'] extends keyof Kinds
    ? Kinds[S['kind']]
    : string;
/** The value of each setting, with defaults; undefined where a setting without one is absent. */
export type Values = {
  readonly [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name] extends {
    readonly default: string;
  }
    ? ValueOf<(typeof SETTINGS)[Name]>
    : ValueOf<(typeof SETTINGS)[Name]> | undefined;
};

export const Environment = z.object(
  Object.fromEntries(
    Object.entries<Setting>(SETTINGS).map(([name, setting]) => [
      name,
      setting.default === undefined
        ? schemaOf(setting).optional()
        : z
            .string()
            .default(setting.default)
            .pipe(schemaOf(setting) as z.ZodType<unknown, string>),
    ]),
  ),
) as unknown as z.ZodType<Values>;
