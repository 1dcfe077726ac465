/** The header by which App Service authentication tells who signed in. */
import { TENANT } from './issuer.ts';

const LONG = 'http://schemas.microsoft.com/identity/claims';

/** As the platform writes it for a person with these roles. */
export function principalHeader(
  oid: string,
  roles: readonly string[],
  change: { readonly tid?: string; readonly auth_typ?: string } = {},
): string {
  const { tid = TENANT, auth_typ = 'aad' } = change;
  const role_typ = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role';
  const claims = [
    { typ: `${LONG}/objectidentifier`, val: oid },
    { typ: `${LONG}/tenantid`, val: tid },
    { typ: 'name', val: 'Äda' },
    ...roles.map((val) => ({ typ: role_typ, val })),
  ];
  const text = JSON.stringify({ auth_typ, claims, name_typ: 'name', role_typ });
  return Buffer.from(text).toString('base64');
}
