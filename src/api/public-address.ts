/** Addresses of Web PubSub as the caller can reach it, where it stands behind the address of the app. */
import type { Context } from 'hono';
import type { ApiEnv, ApiSettings } from './services.ts';

/** The address that the request was sent to. A caller that writes a wrong Host misleads itself alone. */
function ofRequest(c: Context<ApiEnv>): URL {
  const address = new URL(c.req.url);
  if (c.req.header('x-forwarded-proto')?.split(',').at(-1)?.trim() === 'https') {
    address.protocol = 'https:';
  }
  return address;
}

/** The WebSocket address with its path and token, at the public address of the settings, if there is one. */
export function publicAddress(c: Context<ApiEnv>, settings: ApiSettings, url: string): string {
  const { publicUrl } = settings;
  if (publicUrl === undefined) return url;
  const { protocol, host, pathname } = publicUrl === 'request' ? ofRequest(c) : new URL(publicUrl);
  const inside = new URL(url);
  const prefix = publicUrl === 'request' ? '' : pathname.replace(/\/+$/, '');
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${prefix}${inside.pathname}${inside.search}`;
}
