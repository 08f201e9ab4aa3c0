// The network as a contract: ordered byte streams with back-pressure, plain or secured by TLS. Node's TCP and the in-memory network both
// implement it; only Node's knows TLS.

import type { TlsClientSettings, TlsListenerOptions, TlsSession } from './tls.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What a connection tells its owner. Set once, before the first event can arrive. */
export interface StreamHandlers {
  /** Bytes that arrived. The buffer belongs to the receiver. */
  onData(chunk: Buffer): void;
  /** Everything that `write` was given is handed to the system after `write` had returned false. */
  onDrain?(): void;
  /** The other side ended, the stream broke (with the error) or was destroyed here. Called exactly once; nothing follows. */
  onClose(error?: Error): void;
}

/** One side of a connection. */
export interface Stream {
  readonly local: Address;
  readonly remote: Address;
  /** What was agreed on with the peer, where the stream is secured; its handshake is over before the stream is handed out. */
  readonly tls: TlsSession | undefined;
  /** Must be called in the tick that handed out the stream. */
  handle(handlers: StreamHandlers): void;
  /**
   * Takes the chunks in order, without copying: they must not change until they are sent. Returns false when the sender should wait for
   * `onDrain`. Once the stream ends or is closed it takes nothing, and returns false.
   */
  write(chunks: readonly Buffer[]): boolean;
  /** Bytes taken by `write` and not yet given to the system. */
  readonly bufferedBytes: number;
  /** Stops `onData`; the peer's sends stall once the system's buffers are full. */
  pause(): void;
  resume(): void;
  /** Sends what is buffered, then closes. What still arrives is dropped. */
  end(): void;
  /** Closes at once; buffered bytes are dropped. Closing twice is harmless. */
  destroy(error?: Error): void;
}

export interface Listener {
  /** The bound address; the port is the real one when 0 was asked for. */
  readonly address: Address;
  /** Stops accepting. Open connections live on; those whose handshake is under way end. */
  close(): Promise<void>;
}

export interface Network {
  /**
   * Rejects with Node's code (`EADDRINUSE`, `EACCES`, ...) when the address cannot be bound, and with `ENOTSUP` where TLS is asked of a
   * network that has none. With `tls.admit` it is not `onConnection` that is told of connections.
   */
  listen(address: Address, onConnection: (stream: Stream) => void, tls?: TlsListenerOptions): Promise<Listener>;
  /**
   * Rejects with Node's code (`ECONNREFUSED`, `ENOTFOUND`, ...), with the reason why the server is not to be trusted, or with the signal's
   * reason when it is aborted first. With `tls` the handshake is over when it resolves.
   */
  connect(address: Address, signal?: AbortSignal, tls?: TlsClientSettings): Promise<Stream>;
}
