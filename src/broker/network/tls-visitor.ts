// A client of a listener with TLS, from the moment when it connected. Its handshake begins when it is let in: what limits connections limits handshakes too,
// which cost more. From then on it is the connection that it has become.

import type { Address, Stream, UnsecuredClient } from '../../platform/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { type Connection, peerName, plainHost } from './connection.ts';
import type { Visitor } from './connection-admission.ts';

export interface TlsVisitorOptions {
  readonly client: UnsecuredClient;
  readonly listenerName: string;
  readonly logger: Logger;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** What a secured stream becomes; undefined where it is not let in after all. */
  readonly connect: (stream: Stream) => Connection | undefined;
  /** Called once. */
  readonly onGone: (visitor: TlsVisitor) => void;
}

export class TlsVisitor implements Visitor {
  readonly remote: Address;
  readonly host: string;
  readonly listenerName: string;
  readonly signal: AbortSignal;
  readonly #options: TlsVisitorOptions;
  readonly #arrivedMs: number;
  readonly #abort = new AbortController();
  #connection: Connection | undefined;

  constructor(options: TlsVisitorOptions) {
    const { client, listenerName, now } = options;
    this.remote = client.remote;
    this.host = plainHost(client.remote.host);
    this.listenerName = listenerName;
    this.signal = this.#abort.signal;
    this.#options = options;
    this.#arrivedMs = now();
    client.onClose(() => this.#leave());
  }

  get lastActiveMs(): number {
    return this.#connection?.lastActiveMs ?? this.#arrivedMs;
  }

  /** Whether its handshake is over. */
  get isConnected(): boolean {
    return this.#connection !== undefined;
  }

  mute(): () => void {
    return () =>
      this.#options.client.begin((stream) => {
        this.#connection = this.#options.connect(stream);
      });
  }

  close(reason: string): void {
    const { logger } = this.#options;
    if (this.#connection !== undefined) this.#connection.close(reason);
    else logger.warn({ peer: peerName(this.remote), listener: this.listenerName, reason }, 'closed a connection');
    this.drop();
  }

  drop(): void {
    this.#options.client.destroy();
    this.#leave();
  }

  #leave(): void {
    if (this.signal.aborted) return;
    this.#abort.abort(new Error('the connection is closed'));
    this.#options.onGone(this);
  }
}
