// A Millrace broker in a process of its own, as a user starts it, on a free port and in a temporary directory.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../bin/millrace', import.meta.url));
// A run for hours is also to live through moments in which the machine has no time for it.
const READY_TIMEOUT_MS = process.env.MILLRACE_FULL === '1' ? 180_000 : 30_000;
const STOP_TIMEOUT_MS = 30_000;

export interface BrokerProcessOptions {
  /** An existing directory for its data, left in place at the end. Default: a temporary one. */
  readonly directory?: string;
  /** Names of the folders for its data. Default: `data`. */
  readonly dataFolders?: readonly string[] | undefined;
  /** For clients, beside the plain one: `SASL_SSL://127.0.0.1:20000`. */
  readonly listeners?: readonly string[];
  /** A command that runs the rest of its parameters in its own place, as `env NAME=value` and `prlimit --nofile=64` do. */
  readonly launcher?: readonly string[];
}

export class BrokerProcess implements AsyncDisposable {
  readonly port: number;
  readonly directory: string;
  readonly #overrides: readonly string[];
  readonly #options: BrokerProcessOptions;
  #process: ChildProcess | undefined;
  /** Everything that it printed. */
  output = '';

  private constructor(port: number, directory: string, overrides: readonly string[], options: BrokerProcessOptions) {
    this.port = port;
    this.directory = directory;
    this.#overrides = overrides;
    this.#options = options;
  }

  /** Starts a broker with empty data; settings as `key=value`. */
  static async start(overrides: readonly string[] = [], options: BrokerProcessOptions = {}): Promise<BrokerProcess> {
    const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'millrace-test-')));
    const broker = new BrokerProcess(await freePort(), directory, overrides, options);
    await broker.startAgain();
    return broker;
  }

  get bootstrap(): string {
    return `127.0.0.1:${this.port}`;
  }

  get pid(): number {
    if (this.#process?.pid === undefined) throw new Error('the broker does not run');
    return this.#process.pid;
  }

  get isRunning(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Starts it on the data that is there; resolves when it says that it is ready. */
  async startAgain(): Promise<void> {
    const listeners = [`PLAINTEXT://${this.bootstrap}`, ...(this.#options.listeners ?? [])];
    const dataFolders = this.#options.dataFolders ?? ['data'];
    const logDirs = dataFolders.map((name) => join(this.directory, name)).join(',');
    const settings = [`listeners=${listeners.join(',')}`, `log.dirs=${logDirs}`, ...this.#overrides];
    const parameters = ['start', ...settings.flatMap((setting) => ['--override', setting])];
    const [command = COMMAND, ...rest] = [...(this.#options.launcher ?? []), COMMAND, ...parameters];
    const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
    });
    await new Promise<void>((resolve, reject) => {
      const fail = (reason: string) => {
        clearTimeout(limit);
        child.kill('SIGKILL');
        reject(new Error(`the broker did not start (${reason}):\n${this.output}`));
      };
      const limit = setTimeout(() => fail(`not ready after ${READY_TIMEOUT_MS} ms`), READY_TIMEOUT_MS);
      const onExit = (code: number | null, signal: NodeJS.Signals | null) => fail(`exit ${code ?? signal}`);
      child.once('exit', onExit);
      createInterface(child.stdout).on('line', (line) => {
        this.output += `${line}\n`;
        if (!/\bready\b/.test(line)) return;
        clearTimeout(limit);
        // Only its own: whoever ends the process in this moment waits for the same event.
        child.off('exit', onExit);
        resolve();
      });
    });
  }

  /** Resolves when it has ended, by itself or not. */
  async exited(withinMs = STOP_TIMEOUT_MS): Promise<void> {
    const child = this.#process;
    if (child === undefined || !this.isRunning) return;
    await once(child, 'exit', { signal: AbortSignal.timeout(withinMs) });
  }

  /** Ends it as a crash does: without any warning. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Stops it cleanly; resolves to its exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGKILL');
    if (this.#options.directory === undefined) await rm(this.directory, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit', { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
    child.kill(signal);
    const [code] = await exited;
    return code as number | null;
  }
}

/** A port that nobody listens on, below the range from which the system gives out ports. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
