/** The sign-in of people in the OpenAPI document. It depends on the settings, so it is no part of the document that is checked in. */
import type { Json } from './schemas.ts';

type Endpoints = { readonly authorize: string; readonly token: string };

const each = (record: unknown, change: (value: Json) => Json): Json =>
  Object.fromEntries(
    Object.entries(record as Readonly<Record<string, Json>>).map(([key, value]) => [
      key,
      change(value),
    ]),
  );

/** The document in which every operation that takes a token takes a sign-in too. `scope`: what to ask the provider for. */
export function withSignIn(document: Json, endpoints: Endpoints, scope: string): Json {
  const scopes = scope.split(' ').filter((word) => word !== '');
  const components = document['components'] as Json;
  const signIn = {
    type: 'oauth2',
    description: 'Sign in as a person. Your roles decide what you may do.',
    flows: {
      authorizationCode: {
        authorizationUrl: endpoints.authorize,
        tokenUrl: endpoints.token,
        scopes: Object.fromEntries(scopes.map((name) => [name, ''])),
      },
    },
  };
  const guarded = (operation: Json): Json => {
    const security = operation['security'] as readonly unknown[];
    return security.length === 0
      ? operation
      : { ...operation, security: [...security, { signIn: scopes }] };
  };
  return {
    ...document,
    paths: each(document['paths'], (path) => each(path, guarded)),
    components: {
      ...components,
      securitySchemes: { ...(components['securitySchemes'] as Json), signIn },
    },
  };
}
