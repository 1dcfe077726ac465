/**
 * A standalone installation, the program of its container: `node main.js [--data DIR] [--hostname H] [--port N]`. Prints one line
 * of JSON when it is ready, and before and after it the log of its parts. Ends in order on SIGTERM. Exit code 1 when a part
 * does not start; one that ends later is started again. `node main.js admin-token` prints the first admin token.
 */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { aborted, runCommand, stopOnSignals } from '../build/signals.ts';
import { findKey } from './keys.ts';
import { startRuntime } from './runtime.ts';

/** Where this bundle is: the other programs are beside it, the app is above. */
const PROGRAMS = dirname(fileURLToPath(import.meta.url));

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function printAdminToken(dataDir: string): Promise<number> {
  const token = process.env['SLUICE_ADMIN_TOKEN'] || (await findKey(dataDir, 'admin-token'));
  if (token === undefined) throw new Error(`There is no admin token in ${dataDir} yet`);
  print(token);
  return 0;
}

async function serve(dataDir: string, hostname: string, port: string): Promise<number> {
  const { signal } = stopOnSignals();
  const environment = { ...process.env };
  // For this process alone: to the app it would be an unknown setting.
  delete process.env['SLUICE_TRUSTED_PROXIES'];
  await mkdir(dataDir, { recursive: true });
  const runtime = await startRuntime({
    appDir: join(PROGRAMS, '..'),
    programs: PROGRAMS,
    dataDir,
    hostname,
    port: Number(port),
    environment,
    log: print,
    signal,
  });
  print(JSON.stringify({ ready: true, url: runtime.url }));
  print(JSON.stringify({ category: 'Standalone', message: await aborted(signal) }));
  await runtime.close();
  return 0;
}

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      data: { type: 'string', default: '/data' },
      hostname: { type: 'string', default: '0.0.0.0' },
      port: { type: 'string', default: '8080' },
    },
  });
  const [command, ...more] = positionals;
  if (command === 'admin-token' && more.length === 0) return printAdminToken(values.data);
  if (command !== undefined) throw new Error(`There is no command '${positionals.join(' ')}'`);
  return serve(values.data, values.hostname, values.port);
});
