// The open connections of a client, by address and purpose. A request that waits long at the broker (Fetch, JoinGroup) holds up
// everything behind it on its connection, so each purpose has one of its own.

import { type Address, sleep } from '../platform/index.ts';
import { backoffMs } from './backoff.ts';
import { type Connection, type ConnectionOptions, openConnection } from './connection.ts';
import { ClientError, formatAddress } from './errors.ts';
import type { ConnectionMetrics } from './metrics/connection-metrics.ts';
import { logIn } from './security/log-in.ts';
import type { ClientSettings } from './settings.ts';
import { handshake } from './versions.ts';

export type Purpose = 'general' | 'fetch' | 'coordinator';

interface Slot {
  connection: Connection | undefined;
  opening: Promise<Connection> | undefined;
  failures: number;
  lastFailureMs: number;
}

export class ConnectionPool implements AsyncDisposable {
  readonly #settings: ClientSettings;
  readonly #options: ConnectionOptions;
  // Bounded by the brokers of the cluster times the purposes.
  readonly #slots = new Map<string, Slot>();
  readonly #closed = new AbortController();

  constructor(settings: ClientSettings, metrics: ConnectionMetrics) {
    this.#settings = settings;
    this.#options = { ...settings, ...settings.platform, maxFrameBytes: settings.maxResponseBytes, metrics };
  }

  /** An open connection that knows the broker's versions and has logged in: the one there is, or a new one, not sooner than the backoff allows. */
  async get(address: Address, purpose: Purpose, signal?: AbortSignal): Promise<Connection> {
    if (this.#closed.signal.aborted) throw new ClientError('The client is closed');
    const slot = this.#slot(`${purpose} ${formatAddress(address)}`);
    if (slot.connection?.isOpen) return slot.connection;
    // Shared by all who wait for it, so none of their signals may abort it; the pool's own does.
    slot.opening ??= this.#open(address, slot).finally(() => {
      slot.opening = undefined;
    });
    return abortable(slot.opening, signal);
  }

  /** True when a connection for it is open now. */
  isOpen(address: Address, purpose: Purpose): boolean {
    return this.#slots.get(`${purpose} ${formatAddress(address)}`)?.connection?.isOpen ?? false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new ClientError('The client is closed'));
    for (const slot of this.#slots.values()) slot.connection?.close();
    await Promise.allSettled([...this.#slots.values()].map((slot) => slot.opening));
    for (const slot of this.#slots.values()) slot.connection?.close();
    this.#slots.clear();
  }

  #slot(key: string): Slot {
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = { connection: undefined, opening: undefined, failures: 0, lastFailureMs: 0 };
      this.#slots.set(key, slot);
    }
    return slot;
  }

  async #open(address: Address, slot: Slot): Promise<Connection> {
    const { sasl, platform } = this.#settings;
    const { clock, random } = platform;
    const signal = this.#closed.signal;
    try {
      if (slot.failures > 0) {
        const waitMs = backoffMs(this.#settings.reconnectBackoff, slot.failures, random);
        const leftMs = slot.lastFailureMs + waitMs - clock.monotonic();
        if (leftMs > 0) await sleep(clock, leftMs, signal);
      }
      const connection = await openConnection(address, this.#options, signal);
      slot.connection = connection;
      await handshake(connection, { signal });
      if (sasl) await logIn(connection, sasl, { clock, random, signal, metrics: this.#options.metrics });
      slot.failures = 0;
      return connection;
    } catch (error) {
      slot.failures++;
      slot.lastFailureMs = clock.monotonic();
      slot.connection?.close();
      slot.connection = undefined;
      throw error;
    }
  }
}

/** Gives up the wait when the signal, if there is one, is aborted; what is waited for goes on. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
