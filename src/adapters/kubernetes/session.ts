/**
 * How to reach a cluster and sign in to it. One session per connection: @kubernetes/client-node makes a new
 * connection pool for every request, so the first one is kept and shared.
 */
import { Buffer } from 'node:buffer';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';

/**
 * A kubeconfig (path or text), the ServiceAccount of the pod that this process runs in, or a server with its CA
 * (PEM, or base64 of it as in a kubeconfig) and a function that returns a valid bearer token. That function is
 * called for every request and does its own caching, as credentials of @azure/identity do.
 */
export type ConnectionSettings =
  | { readonly kubeconfig: string; readonly context?: string | undefined }
  | { readonly inCluster: true }
  | {
      readonly server: string;
      readonly caData: string;
      readonly token: () => Promise<string>;
    };

export type Session = {
  /** Address of the API server, without a slash at its end. */
  readonly server: string;
  readonly dispatcher: Dispatcher;
  /** Headers that authenticate a request; renews tokens as needed. */
  headers(): Promise<Record<string, string>>;
};

export interface Sessions {
  /** The session, made at first use. Rejects with a plain error when the settings do not work. */
  open(): Promise<Session>;
  /** Reads the settings again at next use, after the cluster refused the credentials of `stale` or changed its CA. */
  renew(stale: Session): void;
  close(): Promise<void>;
}

const base64 = (pem: string): string =>
  pem.startsWith('-----BEGIN') ? Buffer.from(pem).toString('base64') : pem;

/** Plain HTTP on this machine needs no certificate; to other machines the client refuses to send a token over it. */
const isLocal = (server: string): boolean =>
  /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::|\/|$)/.test(server);

function load(config: KubeConfig, settings: ConnectionSettings): void {
  if ('inCluster' in settings) {
    config.loadFromCluster();
  } else if ('server' in settings) {
    const { server, caData } = settings;
    config.loadFromClusterAndUser(
      { name: 'cluster', server, caData: base64(caData), skipTLSVerify: false },
      { name: 'user' },
    );
  } else {
    const { kubeconfig, context } = settings;
    if (/^\s*\{|\n/.test(kubeconfig)) {
      config.loadFromString(kubeconfig);
    } else {
      config.loadFromFile(kubeconfig);
    }
    if (context !== undefined) {
      config.setCurrentContext(context);
    }
    config.clusters = config.clusters.map((cluster) => ({
      ...cluster,
      skipTLSVerify: cluster.skipTLSVerify || isLocal(cluster.server),
    }));
  }
}

async function authentication(config: KubeConfig): Promise<Record<string, string>> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    headers[name.toLowerCase()] = String(value);
  }
  if (typeof options.auth === 'string') {
    headers['authorization'] ??= `Basic ${Buffer.from(options.auth).toString('base64')}`;
  }
  return headers;
}

async function connect(settings: ConnectionSettings): Promise<Session> {
  const [{ KubeConfig, RequestContext }, { Agent }] = await Promise.all([
    import('./client-node.ts'),
    import('undici'),
  ]);
  const config = new KubeConfig();
  load(config, settings);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new Error(`the kubeconfig has no context "${config.getCurrentContext()}" with a cluster`);
  }
  const probe = new RequestContext(cluster.server, 'GET');
  await config.applySecurityAuthentication(probe);
  return {
    server: cluster.server.replace(/\/+$/, ''),
    dispatcher: probe.getDispatcher() ?? new Agent(),
    headers:
      'token' in settings
        ? async () => ({ authorization: `Bearer ${await settings.token()}` })
        : () => authentication(config),
  };
}

export function createSessions(settings: ConnectionSettings): Sessions {
  let current: Promise<Session> | undefined;
  let known: Session | undefined;

  return {
    async open() {
      current ??= connect(settings);
      const mine = current;
      try {
        known = await mine;
        return known;
      } catch (error) {
        if (current === mine) {
          current = undefined;
        }
        throw error;
      }
    },
    renew(stale) {
      if (known === stale) {
        current = undefined;
        known = undefined;
        // Open streams end by themselves; nothing waits for them.
        stale.dispatcher.close().catch(() => undefined);
      }
    },
    async close() {
      const last = await current?.catch(() => undefined);
      current = undefined;
      known = undefined;
      await last?.dispatcher.destroy();
    },
  };
}
