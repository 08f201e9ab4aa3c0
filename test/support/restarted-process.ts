// A program that is started again until it says, by exit code 0, that it is done.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const STOP_TIMEOUT_MS = 30_000;

export interface RestartedProgram {
  readonly program: string;
  readonly parameters: readonly string[];
}

export class RestartedProcess implements AsyncDisposable {
  readonly #command: RestartedProgram;
  #child: ChildProcess;
  #isOver = false;
  #isKilled = false;
  /** How often it ended without having been killed. */
  ends = 0;
  /** The last of what it complained about. */
  complaints = '';

  constructor(command: RestartedProgram) {
    this.#command = command;
    this.#child = this.#start();
  }

  /** Ends it as a crash does; it is started again at once. */
  kill(): void {
    this.#isKilled = true;
    this.#child.kill('SIGKILL');
  }

  /** It stops without knowing, and goes on with `resume` as if nothing had been. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit', { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
    this.#child.kill('SIGKILL');
    await exited;
  }

  #start(): ChildProcess {
    const { program, parameters } = this.#command;
    const child = spawn(program, parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.complaints = (this.complaints + text).slice(-4000);
    });
    child.once('exit', (code) => {
      if (this.#isOver || code === 0) return;
      if (!this.#isKilled) this.ends++;
      this.#isKilled = false;
      this.#child = this.#start();
    });
    return child;
  }
}
