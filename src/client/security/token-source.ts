// Tokens of a provider, each used for most of its life: all connections of a client share one.

import type { Clock } from '../../platform/index.ts';

/** A token, and how long it is good. */
export interface OAuthToken {
  readonly value: string;
  /** Milliseconds since 1970. Undefined: unknown, so that each login asks for one. */
  readonly expiresAtMs?: number | undefined;
}

export interface TokenSourceOptions {
  readonly clock: Clock;
  /** Wait for the provider, ms. */
  readonly timeoutMs: number;
  provide(signal: AbortSignal): Promise<OAuthToken>;
}

/** The part of a token's life after which a new one is asked for; Kafka's `sasl.login.refresh.window.factor`. */
const REFRESH_AFTER = 0.8;

export class TokenSource {
  readonly #options: TokenSourceOptions;
  #current: { readonly token: OAuthToken; readonly refreshAtMs: number } | undefined;
  #asking: Promise<OAuthToken> | undefined;

  constructor(options: TokenSourceOptions) {
    this.#options = options;
  }

  /** A token that is good now. Rejects with the provider's error when there is none. */
  async get(): Promise<OAuthToken> {
    const current = this.#current;
    const nowMs = this.#options.clock.now();
    if (current !== undefined && nowMs < current.refreshAtMs) return current.token;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    try {
      return await this.#asking;
    } catch (error) {
      if (current?.token.expiresAtMs !== undefined && nowMs < current.token.expiresAtMs) return current.token;
      throw error;
    }
  }

  async #ask(): Promise<OAuthToken> {
    const { clock, timeoutMs, provide } = this.#options;
    const limit = new AbortController();
    const late = Promise.withResolvers<never>();
    const timer = clock.schedule(timeoutMs, () => {
      const error = new Error(`the provider gave no token within ${timeoutMs} ms`);
      limit.abort(error);
      late.reject(error);
    });
    try {
      const token = await Promise.race([provide(limit.signal), late.promise]);
      const nowMs = clock.now();
      const { expiresAtMs = nowMs } = token;
      this.#current = { token, refreshAtMs: nowMs + (expiresAtMs - nowMs) * REFRESH_AFTER };
      return token;
    } finally {
      timer.cancel();
    }
  }
}
