// Whether a log can be used, and whose turn it is to work on its files.

import { type LogContext, logName } from './log-context.ts';
import { LogUnusableError } from './log-error.ts';
import { SerialQueue } from './serial-queue.ts';

export class LogLife {
  readonly #context: LogContext;
  readonly #writes = new SerialQueue();
  // What renames or removes files holds this and `#writes`, in this order; what only syncs holds this alone.
  readonly #syncs = new SerialQueue();
  #failure: { readonly error: LogUnusableError; readonly isFinal: boolean } | undefined;
  #ending: Promise<void> | undefined;

  constructor(context: LogContext) {
    this.#context = context;
  }

  /** False once it has ended, and after a failure. */
  get isUsable(): boolean {
    return this.#failure === undefined;
  }

  /** It has ended, or failed in a way that nothing takes back. */
  get isOver(): boolean {
    return this.#failure?.isFinal === true;
  }

  assertUsable(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** What was written before a failure may still be read. */
  assertOpen(): void {
    if (this.#ending !== undefined) this.assertUsable();
  }

  /** Runs when the writes before it are done. */
  write<T>(task: () => Promise<T>): Promise<T> {
    return this.#writes.run(task);
  }

  /** Runs when the syncs before it are done, whatever is written meanwhile. */
  sync<T>(task: () => Promise<T>): Promise<T> {
    return this.#syncs.run(task);
  }

  /** Runs while nobody else writes or syncs. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    return this.#syncs.run(() => this.#writes.run(task));
  }

  /** Runs while the log refuses everything else; told whether something had failed before, which must not have been final. */
  whileUnusable(reason: string, task: (hasFailed: boolean) => Promise<void>): Promise<void> {
    return this.exclusively(async () => {
      if (this.#failure?.isFinal === true) throw this.#failure.error;
      const hasFailed = this.#failure !== undefined;
      this.#refuse(reason, false);
      await task(hasFailed);
    });
  }

  /** What had failed was taken back. */
  goOn(): void {
    this.#failure = undefined;
  }

  /** The log refuses everything from now on; where that is not final, until it goes on. Returns what to throw. */
  fail(what: string, cause: unknown, isFinal: boolean): LogUnusableError {
    return this.#refuse(what, isFinal, { cause });
  }

  /** The last work on the log; a second call has no effect. */
  end(task: () => Promise<void>): Promise<void> {
    this.#ending ??= this.exclusively(task);
    return this.#ending;
  }

  /** Nothing can be done with the log any more. */
  markEnded(reason: string): void {
    this.#refuse(reason, true);
    this.#ending ??= Promise.resolve();
  }

  #refuse(reason: string, isFinal: boolean, options?: ErrorOptions): LogUnusableError {
    const error = new LogUnusableError(`Cannot use ${logName(this.#context)}: ${reason}`, options);
    this.#failure = { error, isFinal };
    return error;
  }
}
