/** API tokens of a domain. */
import { createRoute, z } from '@hono/zod-openapi';
import { Name } from '../../core/names.ts';
import { SentTimestamp } from '../../core/timestamp.ts';
import { Scope, TokenView } from '../../core/token.ts';
import { createToken, listTokens, revokeToken } from '../../engine/tokens.ts';
import { domainFor } from '../access.ts';
import { gate, json, REQUIRED } from '../gate.ts';
import type { Api, Services } from '../services.ts';

const TAGS = ['Tokens'];

const TokenRequest = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(100)
      .regex(/^[^\p{Cc}]*$/u, 'must not contain control characters')
      .meta({ description: 'For people: who or what uses it.' }),
    scopes: z.array(Scope).min(1).max(Scope.options.length).meta({
      description:
        'Each includes those before it: `read`; `launch` starts entries of the catalogue and cancels; `run` starts what the policy allows; `admin`.',
    }),
    expires_at: SentTimestamp.nullable().default(null),
    domain: Name.optional().meta({
      description: 'Only for the admin token of the settings; else the domain of the caller.',
    }),
  })
  .meta({ id: 'TokenRequest' });

const NewToken = TokenView.extend({
  token: z.string().meta({ description: 'Shown this once; only its hash is kept.' }),
}).meta({ id: 'NewToken' });

function makeRoute(app: Api, { world, ...services }: Services): void {
  const route = createRoute({
    method: 'post',
    path: '/api/v1/tokens',
    operationId: 'createToken',
    summary: 'Make a token',
    tags: TAGS,
    ...gate({ world, ...services }, 'admin', { body: REQUIRED }),
    request: { body: { required: true, content: json(TokenRequest) } },
    responses: { 201: { description: 'The token.', content: json(NewToken) } },
  });
  app.openapi(route, async (c) => {
    const { name, scopes, expires_at, domain } = c.req.valid('json');
    const { caller } = c.var;
    const { token, view } = await createToken(world, {
      domain: domainFor(caller, domain),
      name,
      scopes,
      expiresAt: expires_at,
      createdBy: caller.id,
    });
    return c.json({ ...view, token }, 201);
  });
}

export function tokenRoutes(app: Api, services: Services): void {
  const { world } = services;
  makeRoute(app, services);

  const list = createRoute({
    method: 'get',
    path: '/api/v1/tokens',
    operationId: 'listTokens',
    summary: 'List tokens',
    tags: TAGS,
    ...gate(services, 'admin'),
    request: { query: z.strictObject({ domain: Name.optional() }) },
    responses: {
      200: {
        description: 'All tokens of the domain, without their secrets.',
        content: json(z.object({ tokens: z.array(TokenView) }).meta({ id: 'TokenList' })),
      },
    },
  });
  app.openapi(list, async (c) => {
    const domain = domainFor(c.var.caller, c.req.valid('query').domain);
    return c.json({ tokens: [...(await listTokens(world, domain))] }, 200);
  });

  const revoke = createRoute({
    method: 'delete',
    path: '/api/v1/tokens/{id}',
    operationId: 'revokeToken',
    summary: 'Revoke a token',
    description: 'Every instance knows within 10 seconds.',
    tags: TAGS,
    ...gate(services, 'admin', { refuses: ['not_found'] }),
    request: { params: z.object({ id: z.string() }) },
    responses: { 204: { description: 'The token is revoked.' } },
  });
  app.openapi(revoke, async (c) => {
    const { id } = c.req.valid('param');
    // An id says its domain; only the token of the settings reaches beyond its own.
    const { root, domain } = c.var.caller;
    await revokeToken(
      world,
      root ? id.slice(0, Math.max(0, id.lastIndexOf('.'))) || domain : domain,
      id,
    );
    services.tokens.forget(id);
    return c.body(null, 204);
  });
}
