// Tokens that come back at a steady rate, up to as many as a few windows of time bring (KIP-599): a burst is let through whole, and whoever
// has taken more than there were waits until the debt is paid.

import type { RateWindowOptions } from './rate-window.ts';

export class TokenBucket {
  readonly #windowsSeconds: number;
  /** Below zero for a debt. */
  #tokens = 0;
  #updatedMs = -Infinity;

  constructor({ windows, windowMs }: RateWindowOptions) {
    this.#windowsSeconds = (windows * windowMs) / 1000;
  }

  /** Milliseconds until no debt is left, at so many tokens per second. */
  delayMs(rate: number, nowMs: number): number {
    this.#refill(rate, nowMs);
    return this.#tokens >= 0 ? 0 : Math.round((-this.#tokens / rate) * 1000);
  }

  take(tokens: number, rate: number, nowMs: number): void {
    this.#refill(rate, nowMs);
    this.#tokens -= tokens;
  }

  #refill(rate: number, nowMs: number): void {
    const gained = rate === 0 ? 0 : ((nowMs - this.#updatedMs) / 1000) * rate;
    this.#tokens = Math.min(this.#windowsSeconds * rate, this.#tokens + gained);
    this.#updatedMs = nowMs;
  }
}
