/** The real Bicep compiler: `BICEP`, one of PATH, or `../shared/bicep/bicep`. Without any its tests are skipped; one that is named or lies there has to run. */
import { execFile } from 'node:child_process';
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');
export type Profile = 'cheap' | 'production';
export const PROFILES = ['cheap', 'production'] as const;

/** What Azure would say; ids of the snapshots depend on it. */
const PLACE = [
  ['--subscription-id', '00000000-0000-0000-0000-000000000001'],
  ['--tenant-id', '00000000-0000-0000-0000-000000000002'],
  ['--location', 'westeurope'],
  ['--deployment-name', 'sluice'],
].flat();

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const SHARED = resolve(ROOT, '../shared/bicep');
const named = process.env['BICEP'] ?? (existsSync(SHARED) ? join(SHARED, 'bicep') : '');
// Else its tests would be skipped, and green.
if (named !== '' && !isProgram(named)) throw new Error(`No Bicep compiler at ${named}`);

export const COMPILER = [
  process.env['BICEP'] ?? '',
  ...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'bicep')),
  join(SHARED, 'bicep'),
].find((path) => path !== '' && isProgram(path));

if (COMPILER === undefined)
  console.warn('No Bicep compiler: the tests that need it are skipped. BICEP=… names one.');

export type Output = { readonly stdout: string; readonly stderr: string; readonly code: number };

/** Runs the compiler. Its exit code says little: most findings are warnings. */
export function bicep(args: readonly string[], env: Record<string, string> = {}): Promise<Output> {
  const cache = join(ROOT, 'node_modules', '.cache', 'bicep');
  return new Promise((done) => {
    const options = {
      maxBuffer: 64 * 1024 * 1024,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'] ?? cache,
        // Else it looks for ICU.
        DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1',
        DOTNET_BUNDLE_EXTRACT_BASE_DIR: cache,
        ...env,
      },
    };
    execFile(COMPILER ?? 'bicep', args, options, (error, stdout, stderr) =>
      done({ stdout, stderr, code: error === null ? 0 : Number(error.code ?? 1) }),
    );
  });
}

/** Lines of diagnostics, without paths. The rule that counts days since a version is left out: it turns red by itself. */
export const diagnosticsIn = (text: string): string[] =>
  text
    .split('\n')
    .filter(
      (line) => / : (Error|Warning|Info) /.test(line) && !line.includes('use-recent-api-versions'),
    )
    .map((line) => line.replace(/^.*\/(?=[^/]+\(\d)/, ''));

/** Calls `use` with a copy of `infra/` and of the two profiles, as it is in the repository. */
export async function withCopy<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-infra-'));
  try {
    for (const part of ['infra', 'test/infra/profiles'])
      cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export type Resource = {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly condition?: string;
  readonly sku?: { readonly name?: string };
  // What Azure has there differs by type: a rule that looks for what is not there fails.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly properties?: any;
};
export type Snapshot = {
  readonly predictedResources: readonly Resource[];
  readonly diagnostics: readonly unknown[];
  readonly outputs: Readonly<Record<string, string>>;
};
export type Prediction = Snapshot & { readonly messages: readonly string[] };

/** What a deployment with that profile would make, by the sources in `folder`; what only Azure knows stays an expression. */
export async function predict(folder: string, profile: Profile): Promise<Prediction> {
  const path = join(folder, 'test/infra/profiles', `${profile}.bicepparam`);
  const { stderr, code } = await bicep(['snapshot', path, '--mode', 'overwrite', ...PLACE]);
  const messages = diagnosticsIn(stderr);
  if (code !== 0) {
    if (messages.length > 0)
      return { predictedResources: [], diagnostics: [], outputs: {}, messages };
    throw new Error(`bicep snapshot ended with ${code}: ${stderr}`);
  }
  const text = readFileSync(path.replace('.bicepparam', '.snapshot.json'), 'utf8');
  return { ...(JSON.parse(text) as Snapshot), messages };
}
