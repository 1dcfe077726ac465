/** Who signed in at the platform that the app runs on (App Service authentication), from the header that it adds to a request. */
import { z } from 'zod';
import type { Claims } from './sign-in.ts';

/** The header; in it the base64 of a JSON object. The platform removes what callers send under this name, but only where it signs people in. */
export const PRINCIPAL_HEADER = 'x-ms-client-principal';

const Principal = z.object({
  auth_typ: z.literal('aad'),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
  name_typ: z.string().nullish(),
  role_typ: z.string().nullish(),
});

/** The platform gives some claims long names. */
const SHORT: Readonly<Record<string, string>> = {
  'http://schemas.microsoft.com/identity/claims/objectidentifier': 'oid',
  'http://schemas.microsoft.com/identity/claims/tenantid': 'tid',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier': 'sub',
  'http://schemas.microsoft.com/ws/2008/06/identity/claims/role': 'roles',
};
const LISTS = ['roles', 'groups'];

function parse(header: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(header), (char) => char.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** The claims of a person in a header of the platform; undefined when it has another form, or is of another provider than Entra. */
export function principalClaims(header: string): Claims | undefined {
  const parsed = Principal.safeParse(parse(header));
  if (!parsed.success) return undefined;
  const { claims, name_typ, role_typ } = parsed.data;
  const nameOf = (typ: string): string =>
    typ === role_typ ? 'roles' : typ === name_typ ? 'name' : (SHORT[typ] ?? typ);
  const texts = Map.groupBy(claims, ({ typ }) => nameOf(typ));
  return Object.fromEntries(
    Array.from(texts, ([name, found]): [string, unknown] => [
      name,
      LISTS.includes(name) ? found.map(({ val }) => val) : found[0]?.val,
    ]),
  );
}
