// One TCP connection. Hot path: every request and response passes here; a response of many chunks leaves in one writev.

import type { Socket } from 'node:net';
import type { Address, Stream, StreamHandlers } from './network.ts';
import type { TlsSession } from './tls.ts';

// How long a side that ended may take to send what it has buffered: a peer that reads nothing must not hold it for ever.
const FLUSH_MS = 30_000;
// How long a side that has sent everything waits for the peer to close too: destroying a socket with unread bytes resets the connection, and the peer
// could lose an answer that it has not read yet.
const LINGER_MS = 2000;

export class NodeStream implements Stream {
  readonly local: Address;
  readonly remote: Address;
  readonly tls: TlsSession | undefined;
  readonly #socket: Socket;
  #error: Error | undefined;
  #isEnding = false;
  #endTimer: NodeJS.Timeout | undefined;

  /** Takes a connected socket that nobody else listens to. */
  constructor(socket: Socket, tls?: TlsSession) {
    this.#socket = socket;
    this.tls = tls;
    this.local = { host: socket.localAddress ?? '', port: socket.localPort ?? 0 };
    this.remote = { host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    socket.on('error', (error) => {
      this.#error ??= error;
    });
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  handle(handlers: StreamHandlers): void {
    const socket = this.#socket;
    socket.on('drain', () => {
      if (!this.#isEnding) handlers.onDrain?.();
    });
    // The peer ended: Node sends what is buffered and ends our side too.
    socket.on('end', () => this.#limitEnd());
    socket.on('close', () => {
      clearTimeout(this.#endTimer);
      handlers.onClose(this.#error);
    });
    socket.on('data', (chunk) => {
      if (!this.#isEnding) handlers.onData(chunk);
    });
  }

  write(chunks: readonly Buffer[]): boolean {
    const socket = this.#socket;
    if (this.#isEnding || !socket.writable) return false;
    const [first] = chunks;
    if (chunks.length === 1 && first) return socket.write(first);
    socket.cork();
    let hasRoom = true;
    for (const chunk of chunks) hasRoom = socket.write(chunk);
    socket.uncork();
    return hasRoom;
  }

  pause(): void {
    if (!this.#isEnding) this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    if (this.#isEnding || this.#socket.destroyed) return;
    this.#limitEnd();
    this.#socket.end();
    // A paused socket would not see the peer's end.
    this.#socket.resume();
  }

  destroy(error?: Error): void {
    this.#error ??= error;
    this.#socket.destroy();
  }

  /** From here on the stream takes and gives nothing, and closes within bounds. */
  #limitEnd(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#destroyIn(this.#socket.writableFinished ? LINGER_MS : FLUSH_MS);
    this.#socket.once('finish', () => this.#destroyIn(LINGER_MS));
  }

  #destroyIn(delayMs: number): void {
    clearTimeout(this.#endTimer);
    this.#endTimer = setTimeout(() => this.#socket.destroy(), delayMs).unref();
  }
}
