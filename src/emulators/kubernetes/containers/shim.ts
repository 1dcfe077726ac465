/**
 * A process beside each container that starts the command, records its output and its end, and
 * passes signals on. It outlives the API process and is adopted by the next one.
 * Arguments: the start directory, the path of the socket to listen on.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { missingProgram } from '../kubelet/missing-program.ts';
import { KEPT_FILES, LineLog, logFile } from './line-log.ts';
import { CONTAINER_ID, killContainer, signalProcess } from './process-tree.ts';
import {
  OWNER_FILE,
  type ShimCommand,
  type ShimMessage,
  type ShimSpec,
  type ShimState,
  SPEC_FILE,
  STATE_FILE,
} from './shim-protocol.ts';

/** How long a container of a vanished API process may take to end on TERM. */
const ABANDONED_GRACE_MS = 2_000;
/** How long an API process may take to call after it has started the shim. */
const FIRST_CALL_MS = 15_000;
/** After the command's end: pipes that are still open then belong to processes that cannot be killed. */
const DRAIN_MS = 2_000;
/** Notices of new output are joined over this time. */
const NOTICE_MS = 4;

const [directory = '', socketPath = ''] = process.argv.slice(2);
const spec = JSON.parse(readFileSync(join(directory, SPEC_FILE), 'utf8')) as ShimSpec;
const clients = new Set<Socket>();
const log = new LineLog(directory, spec.logMaxBytes ?? Number.POSITIVE_INFINITY, rotated);
let state: ShimState | undefined;
let child: ChildProcess | undefined;
let notice: NodeJS.Timeout | undefined;

const now = () => new Date().toISOString();

function tell(message: ShimMessage): void {
  for (const client of clients) client.write(`${JSON.stringify(message)}\n`);
}

/** The API process knows the readers of old files. Without it there are none. */
function rotated(newest: number): void {
  if (clients.size > 0) tell({ newestLog: newest });
  else rmSync(logFile(directory, newest - KEPT_FILES), { force: true });
}

function setState(next: ShimState): void {
  state = next;
  const part = join(directory, `${STATE_FILE}.part`);
  writeFileSync(part, JSON.stringify(next));
  renameSync(part, join(directory, STATE_FILE));
  tell({ state: next });
}

/** TERM is for the first process alone, as in a container; when that ends, KILL ends all others. */
function signal(name: 'SIGTERM' | 'SIGKILL'): void {
  const leader = child?.pid;
  if (state?.phase !== 'running' || leader === undefined) return;
  if (name === 'SIGKILL') killContainer(leader, spec.containerId);
  else signalProcess(leader, name);
}

/** The API process is gone and no other will come: end the container, as when a node ends. */
function abandon(): void {
  if (spec.keep || clients.size > 0 || state?.phase !== 'running') return;
  signal('SIGTERM');
  setTimeout(() => signal('SIGKILL'), ABANDONED_GRACE_MS).unref();
}

const server = createServer((socket) => {
  clients.add(socket);
  if (state !== undefined) tell({ state });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    clients.delete(socket);
    abandon();
  });
  const lines = createInterface({ input: socket });
  lines.on('line', (line) => signal((JSON.parse(line) as ShimCommand).signal));
  lines.on('error', () => undefined);
});

/** Ends the shim once all listeners have been told. */
function leave(): void {
  clearTimeout(notice);
  for (const client of clients) client.end();
  server.close();
  // A client that does not read must not keep a finished container's shim alive.
  setTimeout(() => process.exit(0), DRAIN_MS).unref();
}

function recordOutput(command: ChildProcess): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    command[stream]?.on('data', (chunk: Buffer) => {
      log.write(stream, chunk);
      notice ??= setTimeout(() => {
        notice = undefined;
        tell({ log: true });
      }, NOTICE_MS);
    });
  }
}

function start(): void {
  const startedAt = now();
  const [file = '', ...args] = spec.argv;
  const command = spawn(file, args, {
    cwd: spec.cwd,
    env: { ...spec.env, [CONTAINER_ID]: spec.containerId },
    // Its own session and group: signals for the container never reach the shim.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = command;
  command.on('error', (error: NodeJS.ErrnoException) => {
    if (command.pid !== undefined) return;
    setState({ phase: 'failed', finishedAt: now(), message: startError(file, error) });
    leave();
  });
  if (command.pid === undefined) return;
  recordOutput(command);
  setState({ phase: 'running', pid: command.pid, startedAt });
  command.on('exit', (exitCode, exitSignal) => {
    const finishedAt = now();
    killContainer(command.pid ?? null, spec.containerId);
    let over = false;
    const finish = () => {
      if (over) return;
      over = true;
      log.end();
      setState({ phase: 'exited', startedAt, finishedAt, exitCode, signal: exitSignal });
      leave();
    };
    command.on('close', finish);
    setTimeout(finish, DRAIN_MS).unref();
  });
}

function startError(file: string, error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return missingProgram(file);
  return `${file} cannot be started on this machine: ${error.code === 'EACCES' ? 'permission denied' : error.message}`;
}

process.on('SIGTERM', () => signal('SIGTERM'));
process.on('SIGHUP', () => undefined);
process.on('disconnect', () => undefined);

// Listening comes before the file: a file without a listener means that the shim is dead.
server.listen(socketPath, () => {
  try {
    writeFileSync(join(directory, OWNER_FILE), String(process.pid), { flag: 'wx' });
  } catch {
    // The API process gave this start up, and has started another.
    process.exit(0);
  }
  start();
  if (process.connected) {
    process.send?.('listening', () => {
      if (process.connected) process.disconnect();
    });
  }
  setTimeout(abandon, FIRST_CALL_MS).unref();
});
