/** API tokens of a domain. */
import { createRoute, z } from '@hono/zod-openapi';
import { Caller, Scope, TokenView } from '../../core/access/token.ts';
import {
  TOKEN_OVERLAP_SECONDS,
  TOKEN_OVERLAP_SECONDS_MAX,
} from '../../core/access/token-limits.ts';
import { Name } from '../../core/names.ts';
import { TOKEN_NAME_CHARS_MAX } from '../../core/request-limits.ts';
import { Line } from '../../core/schema/fields.ts';
import { SentTimestamp } from '../../core/timestamp.ts';
import {
  createToken,
  getToken,
  listTokens,
  revokeToken,
  rotateToken,
} from '../../engine/access/tokens.ts';
import { about } from '../audit.ts';
import { domainFor } from '../http/access.ts';
import { json, OPTIONAL, REQUIRED, routeOptions } from '../http/route-options.ts';
import type { Api, Services } from '../services.ts';

const TAGS = ['Tokens'];

const TokenRequest = z
  .strictObject({
    name: Line(TOKEN_NAME_CHARS_MAX)
      .min(1)
      .meta({ description: 'For people: who or what uses it.' }),
    scopes: z.array(Scope).min(1).max(Scope.options.length).meta({
      description:
        'Each includes those before it: `read`; `launch` starts entries of the catalogue and cancels; `run` starts what the policy allows; `admin`.',
    }),
    expires_at: SentTimestamp.nullable().default(null).meta({
      description: 'When it ends, and its live connections with it; null for never.',
    }),
    domain: Name.optional().meta({
      description:
        'Only for the admin token and admins of the settings; else the domain of the caller.',
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
    ...routeOptions({ world, ...services }, 'admin', { body: REQUIRED }),
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
    about(c, 'token', view.id, view.domain);
    return c.json({ ...view, token }, 201);
  });
}

const TokenPath = z.object({
  id: z.string().meta({ description: 'Domain, a dot, and 12 random characters.' }),
});

/** The domain of a token id; only the admin token and admins of the settings reach other domains. */
function domainOf(id: string, { root, domain }: Caller): string {
  return root ? id.slice(0, Math.max(0, id.lastIndexOf('.'))) || domain : domain;
}

function oneRoutes(app: Api, services: Services): void {
  const { world } = services;
  const read = createRoute({
    method: 'get',
    path: '/api/v1/tokens/{id}',
    operationId: 'getToken',
    summary: 'Read what is known of a token',
    description: 'One that is revoked is not there any more; one that has ended is.',
    tags: TAGS,
    ...routeOptions(services, 'admin', { refuses: ['not_found'] }),
    request: { params: TokenPath },
    responses: { 200: { description: 'The token, without its secret.', content: json(TokenView) } },
  });
  app.openapi(read, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(await getToken(world, domainOf(id, c.var.caller), id), 200);
  });

  const revoke = createRoute({
    method: 'delete',
    path: '/api/v1/tokens/{id}',
    operationId: 'revokeToken',
    summary: 'Revoke a token',
    description:
      'Every instance knows within 10 seconds. Its live connections are closed at once, and again every minute until its last address has run out; its event streams end within half a minute.',
    tags: TAGS,
    ...routeOptions(services, 'admin', { refuses: ['not_found'] }),
    request: { params: TokenPath },
    responses: { 204: { description: 'The token is revoked.' } },
  });
  app.openapi(revoke, async (c) => {
    const { id } = c.req.valid('param');
    const domain = domainOf(id, c.var.caller);
    about(c, 'token', id, domain);
    await revokeToken(world, domain, id);
    services.tokens.forget(id);
    return c.body(null, 204);
  });
}

const Rotation = z
  .strictObject({
    overlap_seconds: z
      .int()
      .min(0)
      .max(TOKEN_OVERLAP_SECONDS_MAX)
      .default(TOKEN_OVERLAP_SECONDS)
      .meta({ description: 'How long both are valid; the old one may expire earlier.' }),
    expires_at: SentTimestamp.nullable().optional().meta({
      description: 'When the new one ends; by default when the old one would have ended.',
    }),
  })
  .meta({ id: 'TokenRotation' });

function rotateRoute(app: Api, services: Services): void {
  const { world } = services;
  const route = createRoute({
    method: 'post',
    path: '/api/v1/tokens/{id}/rotate',
    operationId: 'rotateToken',
    summary: 'Replace a token by a new one',
    description:
      'The new one has the name, the domain and the scopes of the old one, which ends after an overlap. A token is rotated once: 409 for one that was, or has ended.',
    tags: TAGS,
    ...routeOptions(services, 'admin', {
      body: OPTIONAL,
      refuses: ['not_found', 'conflict', 'changed', 'invalid'],
    }),
    request: { params: TokenPath, body: { required: false, content: json(Rotation) } },
    responses: { 201: { description: 'The new token.', content: json(NewToken) } },
  });
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param');
    const { overlap_seconds, expires_at } = c.req.valid('json');
    const domain = domainOf(id, c.var.caller);
    about(c, 'token', id, domain);
    const { token, view } = await rotateToken(world, {
      domain,
      id,
      overlapSeconds: overlap_seconds,
      expiresAt: expires_at,
      createdBy: c.var.caller.id,
    });
    services.tokens.forget(id);
    return c.json({ ...view, token }, 201);
  });
}

function whoamiRoute(app: Api, services: Services): void {
  const route = createRoute({
    method: 'get',
    path: '/api/v1/whoami',
    operationId: 'whoami',
    summary: 'Tell whose token this is, and what it may do',
    description: 'For any token, and in open mode for none.',
    tags: TAGS,
    ...routeOptions(services, 'read'),
    responses: { 200: { description: 'Who asks.', content: json(Caller) } },
  });
  app.openapi(route, (c) => c.json(c.var.caller, 200));
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
    ...routeOptions(services, 'admin'),
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

  oneRoutes(app, services);
  rotateRoute(app, services);
  whoamiRoute(app, services);
}
