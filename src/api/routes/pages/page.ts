/** The page at `/ui/`: its files, and a content security policy under which it runs no code or style but its own. */
import type { Context } from 'hono';
import { AppError } from '../../../core/errors.ts';
import type { World } from '../../../ports/world.ts';
import { providerOrigins } from '../../access/provider.ts';
import { publicAddress } from '../../public-address.ts';
import type { Api, ApiEnv, ApiSettings } from '../../services.ts';

/** Its own files have their content in their names, so that they never change. */
const FOREVER = 'public, max-age=31536000, immutable';
const ASKED_EACH_TIME = 'no-cache';

/**
 * Where the page may connect to: this app, the endpoint of Web PubSub, and with a sign-in its provider. No inline code or style, nothing
 * that compiles code.
 */
async function policyOf(c: Context<ApiEnv>, world: World, settings: ApiSettings): Promise<string> {
  const live = new URL(publicAddress(c, settings, settings.webPubSub)).origin;
  // Some browsers do not take 'self' for WebSockets.
  const origins = [live.replace(/^http/, 'ws'), ...(await providerOrigins(world, settings))];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    `connect-src ${["'self'", ...new Set(origins)].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export function pageRoutes(app: Api, world: World, settings: ApiSettings): void {
  app.get('/', (c) => c.redirect('/ui/'));
  app.get('/ui/*', async (c) => {
    const name = c.req.path.replace(/^\/ui\/?/, '');
    // An address of a screen has no file: the page itself finds the screen.
    const isScreen = !/\.\w+$/.test(name) || name.endsWith('.html');
    const file = await settings.pageFile(isScreen ? 'index.html' : name);
    if (file === undefined) {
      throw new AppError(
        'not_found',
        isScreen ? 'The page was not built.' : 'There is no such file.',
      );
    }
    c.header('content-type', file.contentType);
    c.header('cache-control', file.immutable ? FOREVER : ASKED_EACH_TIME);
    // Also of scripts: a shared worker has the policy of its own file.
    c.header('content-security-policy', await policyOf(c, world, settings));
    if (isScreen) c.header('cross-origin-opener-policy', 'same-origin');
    c.header('vary', 'accept-encoding');
    const gzip = file.gzip !== undefined && /\bgzip\b/.test(c.req.header('accept-encoding') ?? '');
    if (gzip) c.header('content-encoding', 'gzip');
    return c.body(gzip ? file.gzip : file.bytes);
  });
}
