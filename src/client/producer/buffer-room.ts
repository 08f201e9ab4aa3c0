// The room of a producer's buffer (`bufferMemory`): what is left of it, and who waits for more.

import type { Clock } from '../../platform/index.ts';

export class BufferRoom {
  readonly #clock: Clock;
  #bytesLeft: number;
  #waiters: (() => void)[] = [];

  constructor(bytes: number, clock: Clock) {
    this.#bytesLeft = bytes;
    this.#clock = clock;
  }

  /** The last record to get in may be larger than what was left. */
  get isFull(): boolean {
    return this.#bytesLeft <= 0;
  }

  /** 0 at least. */
  get bytesLeft(): number {
    return Math.max(this.#bytesLeft, 0);
  }

  take(bytes: number): void {
    this.#bytesLeft -= bytes;
  }

  give(bytes: number): void {
    this.#bytesLeft += bytes;
    this.wakeWaiters();
  }

  /** Lets those who wait look again. */
  wakeWaiters(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  /** Resolves when it is worth looking again, or after `timeoutMs`. */
  change(signal?: AbortSignal, timeoutMs?: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = timeoutMs === undefined ? undefined : this.#clock.schedule(timeoutMs, resolve);
      const onAbort = () => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.push(() => {
        timer?.cancel();
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
    });
  }
}
