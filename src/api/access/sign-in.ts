/** How a page signs people in. */
import { createRoute, z } from '@hono/zod-openapi';
import { json } from '../http/route-options.ts';
import type { Api, Services } from '../services.ts';

const SignIn = z
  .object({
    issuer: z.string().meta({
      description:
        'The OpenID provider; its endpoints are at `/.well-known/openid-configuration` below it.',
    }),
    client_id: z.string().meta({ description: 'Of a client without a secret.' }),
    scope: z.string().meta({ description: 'What to ask the provider for.' }),
  })
  .meta({ id: 'SignIn' });

const Answer = z
  .object({
    sign_in: SignIn.nullable().meta({
      description: 'Null where people do not sign in: they need a token of ours.',
    }),
  })
  .meta({ id: 'SignInAnswer' });

export function signInRoutes(app: Api, { settings }: Services): void {
  const { issuer = '', browser } = settings.signIn ?? {};
  const route = createRoute({
    method: 'get',
    path: '/api/v1/auth',
    operationId: 'signIn',
    summary: 'Tell how a page signs people in',
    description:
      'By authorization code with PKCE (S256): the access token that the provider gives is sent as `Authorization: Bearer`. The same for everybody, and no secret.',
    tags: ['Tokens'],
    responses: { 200: { description: 'How.', content: json(Answer) } },
  });
  app.openapi(route, (c) => {
    const sign_in = browser && { issuer, client_id: browser.clientId, scope: browser.scope };
    return c.json({ sign_in: sign_in ?? null }, 200);
  });
}
