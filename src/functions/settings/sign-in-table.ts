/** The settings of sign-in by Microsoft Entra ID, or another OpenID provider; a part of the table in `table.ts`. */

const ID_MIN = 1;
const ID_MAX = 200;

export const SIGN_IN_SETTINGS = {
  SLUICE_ENTRA_CLIENT_ID: {
    kind: 'text',
    meaning:
      'Client id of the app registration, with which browsers sign in. Sign-in is off until this or the audience is given',
    pattern: /^[\w.:-]+$/,
    takes: 'letters, digits, `.`, `:`, `_` and `-`',
    min: ID_MIN,
    max: ID_MAX,
  },
  SLUICE_ENTRA_TENANT: {
    kind: 'text',
    meaning: 'Id of the Entra tenant whose people and workloads sign in',
    pattern: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
    takes: 'a GUID in lower case',
    min: ID_MIN,
    max: ID_MAX,
    azure: 'template',
  },
  SLUICE_ENTRA_ISSUER: {
    kind: 'issuer',
    meaning:
      "The issuer, exactly as its tokens have it: for another cloud, or another OpenID provider in place of Entra. By default the tenant's at `login.microsoftonline.com`",
  },
  SLUICE_ENTRA_AUDIENCE: {
    kind: 'words',
    meaning:
      'Audiences that tokens may have; by default `api://<client id>` and the client id. Alone, without a client id, only workloads sign in',
    default: '',
  },
  SLUICE_ENTRA_SCOPE: {
    kind: 'plain',
    meaning:
      'What browsers ask the provider for; by default `openid profile offline_access api://<client id>/access`',
  },
  SLUICE_ENTRA_ADMINS: {
    kind: 'words',
    meaning:
      'Object ids of people and workloads who may do everything in every domain, like the admin token',
    default: '',
    azure: 'template',
  },
  SLUICE_ENTRA_ROLES: {
    kind: 'grants',
    meaning:
      'What roles and groups give: `{"<role, group id or object id>": {"domain", "scopes"}}`. Who has several gets the domain of the first, with all scopes for it',
    default: '{}',
  },
  SLUICE_PLATFORM_SIGN_IN: {
    kind: 'flag',
    meaning:
      'Takes people whom App Service authentication has signed in, by its header. Counts only where Azure says that it is on (`WEBSITE_AUTH_ENABLED`), and beside the settings above, with a tenant',
    default: 'false',
  },
  WEBSITE_AUTH_ENABLED: {
    kind: 'plain',
    meaning: 'Set by Azure: `True` where App Service authentication is on',
    azure: 'no, the platform sets it',
  },
} as const;
