/** Sign-in at an OpenID provider, from the settings. */
import type { SignIn as SignInOfApi } from '../../api/services.ts';
import type { Values } from './schema.ts';

export type SignIn = SignInOfApi & {
  /** Audiences that tokens may have. */
  readonly audiences: readonly string[];
};

const ENTRA = 'https://login.microsoftonline.com';

/** Undefined where nobody signs in, or the sentence that says what is missing. */
export function readSignIn(env: Values): SignIn | string | undefined {
  const tenant = env.SLUICE_ENTRA_TENANT;
  const clientId = env.SLUICE_ENTRA_CLIENT_ID;
  const own = clientId === undefined ? [] : [`api://${clientId}`, clientId];
  const audiences = env.SLUICE_ENTRA_AUDIENCE.length > 0 ? env.SLUICE_ENTRA_AUDIENCE : own;
  if (audiences.length === 0)
    return env.SLUICE_PLATFORM_SIGN_IN
      ? 'SLUICE_PLATFORM_SIGN_IN needs SLUICE_ENTRA_CLIENT_ID'
      : undefined;
  const issuer = env.SLUICE_ENTRA_ISSUER ?? (tenant && `${ENTRA}/${tenant}/v2.0`);
  if (issuer === undefined)
    return 'SLUICE_ENTRA_TENANT or SLUICE_ENTRA_ISSUER is required for sign-in';
  // The platform may take people of every tenant.
  if (env.SLUICE_PLATFORM_SIGN_IN && tenant === undefined)
    return 'SLUICE_PLATFORM_SIGN_IN needs SLUICE_ENTRA_TENANT';
  const scope = env.SLUICE_ENTRA_SCOPE ?? `openid profile offline_access api://${clientId}/access`;
  return {
    issuer,
    audiences,
    tenant,
    admins: env.SLUICE_ENTRA_ADMINS,
    grants: env.SLUICE_ENTRA_ROLES,
    // Where the platform does not sign people in, anybody can send its header.
    platform: env.SLUICE_PLATFORM_SIGN_IN && env.WEBSITE_AUTH_ENABLED === 'True',
    browser: clientId === undefined ? undefined : { clientId, scope },
  };
}
