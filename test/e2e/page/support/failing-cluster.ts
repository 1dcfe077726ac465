/** A cluster on which runs fail as their labels say: the emulator behind a proxy that asks it for that failure. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Settings = Readonly<Record<string, string>>;
type Kubeconfig = { readonly clusters: { readonly cluster: { server: string } }[] };
type Job = { readonly metadata: { annotations?: Record<string, string> } };

/** The emulator's own word for a failure on request. */
const ANNOTATION = 'emulator.sluice.dev/fail';

/** A Job whose run's pipeline is called `fail-<mode>` gets the annotation. */
function withFailure(body: Buffer): Buffer {
  const text = body.toString();
  const mode = /"fail-((?:oom|image-missing|unschedulable)[=\d.]*)"/.exec(text)?.[1];
  if (mode === undefined) return body;
  const job = JSON.parse(text) as Job;
  job.metadata.annotations = { ...job.metadata.annotations, [ANNOTATION]: mode };
  return Buffer.from(JSON.stringify(job));
}

export type FailingCluster = {
  /** For `startStack`. */
  readonly overrideSettings: (given: Settings) => Promise<Settings>;
  close(): Promise<void>;
};

export async function failingCluster(): Promise<FailingCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-failing-'));
  let to = new URL('http://127.0.0.1:1');
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const isJob = incoming.method === 'POST' && /\/jobs(?:\?|$)/.test(incoming.url ?? '');
      const sent = isJob ? withFailure(body) : body;
      const passed = request(
        {
          host: to.hostname,
          port: to.port,
          method: incoming.method,
          path: incoming.url,
          headers: {
            ...incoming.headers,
            ...(sent.length > 0 && { 'content-length': sent.length }),
          },
        },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          outgoing.flushHeaders();
          answer.pipe(outgoing);
          answer.on('error', () => outgoing.destroy());
        },
      );
      passed.on('error', () => outgoing.destroy());
      outgoing.on('close', () => passed.destroy());
      passed.end(sent);
    });
    incoming.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    overrideSettings: async (given: Settings) => {
      const { KUBECONFIG = '' } = given;
      const kubeconfig = JSON.parse(await readFile(KUBECONFIG, 'utf8')) as Kubeconfig;
      for (const { cluster } of kubeconfig.clusters) {
        to = new URL(cluster.server);
        cluster.server = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      }
      const path = join(folder, 'kubeconfig');
      await writeFile(path, JSON.stringify(kubeconfig));
      return { ...given, KUBECONFIG: path };
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
