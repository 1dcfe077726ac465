import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';

/** The account and key that Azurite has built in; they are public. */
const ACCOUNT = 'devstoreaccount1';
const KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** Starts Azurite's queue service in memory on a free port, as a child that `stop` ends. */
export async function startQueueService(): Promise<{
  connection: string;
  stop(): Promise<void>;
}> {
  const main = createRequire(import.meta.url).resolve('azurite/dist/src/queue/main.js');
  const options = ['--queuePort', '0', '--inMemoryPersistence', '--silent', '--disableTelemetry'];
  const child = spawn(process.execPath, [main, '--skipApiVersionCheck', ...options], {
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const exit = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /successfully listens on (http:\S+)/.exec(line)?.[1];
      if (found !== undefined) {
        resolve(found);
      }
    });
    child.once('exit', (code) => reject(new Error(`Azurite ended with ${code}`)));
  });
  return {
    connection: `AccountName=${ACCOUNT};AccountKey=${KEY};QueueEndpoint=${url}/${ACCOUNT};DefaultEndpointsProtocol=http`,
    stop: async () => {
      process.off('exit', kill);
      kill();
      await exit;
    },
  };
}
