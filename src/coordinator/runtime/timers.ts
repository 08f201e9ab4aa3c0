// The timers of one partition. A timer is a request of the coordinator to itself: when it fires, its operation runs as any other.

import type { Clock, Timer } from '../../platform/index.ts';
import type { Operation } from './state-machine.ts';

interface PendingTimer<R> {
  dueMs: number;
  armedMs: number;
  operation: Operation<R, undefined>;
  timer: Timer;
}

export class Timers<R> {
  readonly #clock: Clock;
  readonly #run: (operation: Operation<R, undefined>) => void;
  readonly #pending = new Map<string, PendingTimer<R>>();

  constructor(clock: Clock, run: (operation: Operation<R, undefined>) => void) {
    this.#clock = clock;
    this.#run = run;
  }

  /** Runs `operation` once, `delayMs` from now, instead of what was scheduled under the same key before. */
  schedule(key: string, delayMs: number, operation: Operation<R, undefined>): void {
    const dueMs = this.#clock.monotonic() + delayMs;
    const pending = this.#pending.get(key);
    // Heartbeats push the same timer away again and again. The clock's timer stays where it is; it looks at the due time when it fires.
    if (pending !== undefined && pending.armedMs <= dueMs) {
      pending.dueMs = dueMs;
      pending.operation = operation;
      return;
    }
    pending?.timer.cancel();
    const timer = this.#clock.schedule(delayMs, () => this.#fire(key));
    this.#pending.set(key, { dueMs, armedMs: dueMs, operation, timer });
  }

  /** Leaves what is scheduled under the key as it is. */
  scheduleIfAbsent(key: string, delayMs: number, operation: Operation<R, undefined>): void {
    if (!this.#pending.has(key)) this.schedule(key, delayMs, operation);
  }

  has(key: string): boolean {
    return this.#pending.has(key);
  }

  cancel(key: string): void {
    this.#pending.get(key)?.timer.cancel();
    this.#pending.delete(key);
  }

  cancelAll(): void {
    for (const { timer } of this.#pending.values()) timer.cancel();
    this.#pending.clear();
  }

  #fire(key: string): void {
    const pending = this.#pending.get(key);
    if (pending === undefined) return;
    const remainingMs = pending.dueMs - this.#clock.monotonic();
    if (remainingMs > 0) {
      pending.armedMs = pending.dueMs;
      pending.timer = this.#clock.schedule(remainingMs, () => this.#fire(key));
      return;
    }
    this.#pending.delete(key);
    this.#run(pending.operation);
  }
}
