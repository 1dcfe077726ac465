import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { HostLogLine } from '../../../src/emulators/functions-host/log.ts';
import {
  type Supervised,
  supervise,
} from '../../../src/emulators/functions-host/process/supervisor.ts';
import { until } from '../../support/host/until.ts';
import { PATIENCE } from '../../support/patience.ts';

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const appDir = path('support/host/limit');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const gone = async (pid: number): Promise<void> => {
  await until(() => expect(isAlive(pid)).toBe(false));
};

describe('a supervised host', () => {
  const lines: HostLogLine[] = [];
  let host: Supervised | undefined;
  const start = async (): Promise<Supervised> => {
    lines.length = 0;
    const settings = { GIVEN: 'setting' };
    host = await supervise({ appDir, settings, log: (line) => lines.push(line) });
    return host;
  };
  afterEach(async () => {
    const pid = host?.pid();
    await host?.close();
    host = undefined;
    expect(pid === undefined || !isAlive(pid)).toBe(true);
  });
  const get = (name: string) =>
    fetch(`${host?.url()}/api/${name}`, { signal: AbortSignal.timeout(10_000) });
  const pidNow = async (): Promise<number> =>
    ((await (await get('pid')).json()) as { pid: number }).pid;
  const restarted = async (pid: number): Promise<void> => {
    await until(async () => expect(await pidNow()).not.toBe(pid));
    expect(host?.pid()).not.toBe(pid);
    expect(host?.restarts).toBe(1);
  };

  it('runs in a process of its own, with its settings, and hands on what it logs and prints', async () => {
    const { pid, url } = await start();
    expect(await (await get('pid')).json()).toEqual({ pid: pid(), settings: 'setting' });
    expect(pid()).not.toBe(process.pid);
    const messages = lines.map(({ message }) => message);
    expect(messages).toContain('the app says hello');
    expect(messages).toContain(`Host started at ${url()}`);
  });

  it('ends when a function goes over its time: 500 for its caller, then a new process on the same port', async () => {
    const { url } = await start();
    const [before, pid] = [url(), await pidNow()];
    expect((await get('slow')).status).toBe(500);
    await restarted(pid);
    expect(host?.url()).toBe(before);
    expect(lines.some(({ message }) => /Timeout value of 1000 ms/.test(message))).toBe(true);
    expect(lines.some(({ message }) => /ended \(exit code 70\)/.test(message))).toBe(true);
  });

  it('ends also when the function over its time blocks the process', async () => {
    await start();
    const pid = await pidNow();
    await expect(get('block')).rejects.toThrow(/fetch failed/);
    await restarted(pid);
  });

  it('starts again after a crash and after a kill', async () => {
    await start();
    const pid = await pidNow();
    await get('crash');
    await restarted(pid);
    expect(lines.some(({ stack }) => /crash on purpose/.test(stack ?? ''))).toBe(true);
    const second = await pidNow();
    process.kill(second, 'SIGKILL');
    await until(async () => expect(await pidNow()).not.toBe(second));
    expect(host?.restarts).toBe(2);
  });

  it('closes gracefully: finishes what runs, then the appTerminate hooks', async () => {
    const { close, pid } = await start();
    const answer = get('half');
    const isRunning = () =>
      lines.some(({ message }) => /^Executing 'Functions.half'/.test(message));
    await until(() => expect(isRunning()).toBe(true));
    const child = pid() ?? 0;
    await close();
    expect(await (await answer).text()).toBe('whole');
    expect(isAlive(child)).toBe(false);
    expect(lines.map(({ message }) => message)).toContain('the app says goodbye');
    expect(host?.restarts).toBe(0);
  });

  it('can be closed while it is being restarted', async () => {
    const { close, pid } = await start();
    const child = pid() ?? 0;
    process.kill(child, 'SIGKILL');
    await until(() => expect(lines.some(({ category }) => category === 'Supervisor')).toBe(true));
    await close();
    expect(isAlive(child)).toBe(false);
    await expect(get('pid')).rejects.toThrow();
  });

  it('loads CommonJS and ES modules, and gives both the module of the worker', async () => {
    host = await supervise({ appDir: path('support/host/modules') });
    expect(await (await get('common')).text()).toMatch(/^\d+\.\d+\.\d+$/);
    expect(await (await get('module')).json()).toEqual({ same: true });
  });

  it('that cannot start says why', async () => {
    const promise = supervise({ appDir, main: 'none-*.ts' });
    await expect(promise).rejects.toThrow(/did not start \(exit code 1\)[^]*no file matches main/);
  });
});

describe('a host whose parent is killed', () => {
  const startParent = async () => {
    const parent = spawn(process.execPath, [path('support/host/parent.ts'), appDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const line = await new Promise<string>((resolve) => {
      createInterface({ input: parent.stdout }).once('line', resolve);
    });
    return { parent, ...(JSON.parse(line) as { host: number; url: string }) };
  };

  it('ends by itself', async () => {
    const { parent, host } = await startParent();
    expect(isAlive(host)).toBe(true);
    parent.kill('SIGKILL');
    await gone(host);
  });

  it('ends by itself even when it is blocked', async () => {
    const { parent, host, url } = await startParent();
    const blocked = fetch(`${url}/api/block`).catch(() => undefined);
    const isBlocked = () =>
      fetch(`${url}/admin/host/ping`, { signal: AbortSignal.timeout(200) }).then(
        () => false,
        () => true,
      );
    await vi.waitUntil(isBlocked, PATIENCE);
    parent.kill('SIGKILL');
    await gone(host);
    await blocked;
  });
});

describe('the host as a program', () => {
  const run = (stdin: 'ignore' | 'pipe') => {
    const main = path('../src/emulators/functions-host/process/main.ts');
    const child = spawn(process.execPath, [main, '--app', appDir, '--port', '0'], {
      stdio: [stdin, 'pipe', 'pipe'],
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) {
        createInterface({ input: stream }).on('line', (line) => output.push(line));
      }
    }
    const exit = new Promise<number | null>((resolve) => {
      child.once('close', (code) => resolve(code));
    });
    const ready = () =>
      until(() => expect(output.join('\n')).toMatch(/^\{"ready":true,"url":"http/m));
    return { child, output, exit, ready };
  };

  it('ends with code 0 on SIGTERM, having run the appTerminate hooks', async () => {
    const { child, output, exit, ready } = run('ignore');
    await ready();
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(output).toContain('the app says goodbye');
  });

  it('ends with code 0 when its stdin closes, but not for having none', async () => {
    const { child, output, exit, ready } = run('pipe');
    await ready();
    child.stdin?.end();
    expect(await exit).toBe(0);
    expect(output).toContain('the app says goodbye');
  });
});
