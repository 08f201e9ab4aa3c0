// The clock of the machine, through Node's timers.

import type { Clock, Timer } from './clock.ts';

// setTimeout holds its delay in 31 bits and fires at once for anything longer; longer waits are made of several.
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export const nodeClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  active: () => performance.eventLoopUtilization().active,
  schedule: (delayMs, callback) => new NodeTimer(delayMs, callback),
};

class NodeTimer implements Timer {
  readonly #dueMs: number;
  readonly #callback: () => void;
  #timeout: NodeJS.Timeout | undefined;

  constructor(delayMs: number, callback: () => void) {
    this.#dueMs = performance.now() + delayMs;
    this.#callback = callback;
    this.#arm(delayMs);
  }

  cancel(): void {
    clearTimeout(this.#timeout);
  }

  #arm(delayMs: number): void {
    this.#timeout =
      delayMs <= LONGEST_TIMEOUT_MS
        ? setTimeout(this.#callback, delayMs)
        : setTimeout(() => this.#arm(this.#dueMs - performance.now()), LONGEST_TIMEOUT_MS);
    this.#timeout.unref();
  }
}
