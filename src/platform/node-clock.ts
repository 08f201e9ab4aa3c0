// The clock of the machine, through Node's timers.

import type { Clock, Timer } from './clock.ts';

// setTimeout holds its delay in 31 bits and fires at once for anything longer; longer waits are made of several.
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export const nodeClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  active: () => performance.eventLoopUtilization().active,
  schedule: (delayMs, callback) => new NodeTimer(delayMs, callback, false),
};

/**
 * As `nodeClock`, but the process lives while a timer is pending: for programs that have nothing else to wait on, such as a client between
 * two attempts to connect.
 */
export const holdingNodeClock: Clock = {
  ...nodeClock,
  schedule: (delayMs, callback) => new NodeTimer(delayMs, callback, true),
};

class NodeTimer implements Timer {
  readonly #dueMs: number;
  readonly #callback: () => void;
  readonly #holdsProcess: boolean;
  #timeout: NodeJS.Timeout | undefined;

  constructor(delayMs: number, callback: () => void, holdsProcess: boolean) {
    this.#dueMs = performance.now() + delayMs;
    this.#callback = callback;
    this.#holdsProcess = holdsProcess;
    this.#arm(delayMs);
  }

  cancel(): void {
    clearTimeout(this.#timeout);
  }

  /** Node's timers may fire early: they count whole milliseconds, from when the loop last looked at the time. */
  #arm(delayMs: number): void {
    this.#timeout = setTimeout(() => this.#fire(), Math.min(Math.ceil(delayMs), LONGEST_TIMEOUT_MS));
    if (!this.#holdsProcess) this.#timeout.unref();
  }

  #fire(): void {
    const leftMs = this.#dueMs - performance.now();
    if (leftMs > 0) this.#arm(leftMs);
    else this.#callback();
  }
}
