import { join } from 'node:path';
import { readJson } from './host-config.ts';
import type { Log } from './log.ts';

/**
 * Puts the application settings into `env`, which is the process environment that the app reads.
 * Precedence: `settings` (the caller's), then what `env` held before, then `Values` and
 * `ConnectionStrings` of local.settings.json. Gives a function that restores `env`.
 */
export async function applySettings(
  appDir: string,
  settings: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv,
  log: Log,
): Promise<() => void> {
  const fromFile = await readLocalSettings(appDir);
  const added: Record<string, string> = { AZURE_FUNCTIONS_ENVIRONMENT: 'Development' };
  for (const [name, value] of Object.entries({ FUNCTIONS_WORKER_RUNTIME: 'node', ...fromFile })) {
    if (env[name] === undefined) {
      added[name] = value;
    } else if (fromFile[name] !== undefined && env[name] !== value) {
      const text = `Skipping '${name}' from local settings as it is already set in the environment.`;
      log('warning', 'Host.Startup', text);
    }
  }
  Object.assign(added, settings);
  const before = new Map(Object.keys(added).map((name) => [name, env[name]]));
  Object.assign(env, added);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) {
        delete env[name];
      } else {
        env[name] = value;
      }
    }
  };
}

async function readLocalSettings(appDir: string): Promise<Record<string, string>> {
  const path = join(appDir, 'local.settings.json');
  const file = await readJson(path);
  if (file === undefined) {
    return {};
  }
  if (file['IsEncrypted'] === true) {
    throw new Error(`${path} is encrypted; run "func settings decrypt" first`);
  }
  const values = stringsOf(file['Values'], `${path}: Values`);
  const connections = stringsOf(file['ConnectionStrings'], `${path}: ConnectionStrings`);
  for (const [name, value] of Object.entries(connections)) {
    values[`ConnectionStrings:${name}`] = value;
  }
  return values;
}

function stringsOf(value: unknown, where: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, entry] of Object.entries((value ?? {}) as Record<string, unknown>)) {
    if (typeof entry !== 'string' && typeof entry !== 'number' && typeof entry !== 'boolean') {
      throw new Error(`${where}.${name} is no string`);
    }
    result[name] = String(entry);
  }
  return result;
}

/** Replaces every `%NAME%` by the setting of that name. Throws when there is none. */
export function resolveNames(text: string, env: NodeJS.ProcessEnv): string {
  return text.replaceAll(/%([^%\s]+)%/g, (_, name: string) => {
    const value = env[name];
    if (value === undefined || value === '') {
      throw new Error(`'%${name}%' does not resolve to a value: there is no such setting`);
    }
    return value;
  });
}

/** Whether `AzureWebJobs.<name>.Disabled` or `AzureWebJobs_<name>_Disabled` is 1 or true. */
export function isDisabled(name: string, env: NodeJS.ProcessEnv): boolean {
  return [`AzureWebJobs.${name}.Disabled`, `AzureWebJobs_${name}_Disabled`].some((setting) =>
    /^(1|true)$/i.test(env[setting]?.trim() ?? ''),
  );
}

/**
 * The storage connection that a binding's `connection` names: a connection string, or here also the folder of a storage process
 * on SQLite, an absolute path. Like the host it also looks
 * for the name with the prefix `AzureWebJobs` and among the connection strings.
 */
export function resolveConnection(name: string, env: NodeJS.ProcessEnv): string {
  for (const candidate of [name, `AzureWebJobs${name}`, `ConnectionStrings:${name}`]) {
    const value = env[candidate];
    if (value !== undefined && value !== '') {
      return value;
    }
  }
  if (env[`${name}__queueServiceUri`] !== undefined || env[`${name}__accountName`] !== undefined) {
    throw new Error(
      `connection '${name}' uses an identity; the local host needs a connection string`,
    );
  }
  throw new Error(`there is no setting '${name}' with a storage connection string`);
}
