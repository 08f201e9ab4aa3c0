// One side of an in-memory connection: two pipes, and the life of a socket.

import type { MemoryPipe } from './memory-pipe.ts';
import type { Address, Stream, StreamHandlers } from './network.ts';

export class MemoryStream implements Stream {
  readonly local: Address;
  readonly remote: Address;
  readonly tls = undefined;
  readonly #outgoing: MemoryPipe;
  readonly #incoming: MemoryPipe;
  readonly #defer: (callback: () => void) => void;
  #handlers: StreamHandlers | undefined;
  #state: 'open' | 'ending' | 'closed' = 'open';

  constructor(
    local: Address,
    remote: Address,
    outgoing: MemoryPipe,
    incoming: MemoryPipe,
    defer: (callback: () => void) => void,
  ) {
    this.local = local;
    this.remote = remote;
    this.#outgoing = outgoing;
    this.#incoming = incoming;
    this.#defer = defer;
  }

  get bufferedBytes(): number {
    return this.#outgoing.bufferedBytes;
  }

  handle(handlers: StreamHandlers): void {
    this.#handlers = handlers;
    this.#incoming.read({
      onData: (chunk) => {
        if (this.#state === 'open') handlers.onData(chunk);
      },
      onEnd: () => {
        this.#outgoing.end();
        this.#close();
      },
    });
  }

  write(chunks: readonly Buffer[]): boolean {
    return this.#state === 'open' && this.#outgoing.write(chunks);
  }

  pause(): void {
    if (this.#state === 'open') this.#incoming.setFlowing(false);
  }

  resume(): void {
    this.#incoming.setFlowing(true);
  }

  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ending';
    this.#outgoing.end();
    this.#incoming.setFlowing(true);
  }

  destroy(error?: Error): void {
    if (this.#state === 'closed') return;
    this.#outgoing.cut();
    this.#incoming.abandon();
    this.#close(error);
  }

  /** The outgoing pipe has room again. */
  drained(): void {
    if (this.#state === 'open') this.#handlers?.onDrain?.();
  }

  #close(error?: Error): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    // Never within a call of the owner, as with a socket.
    this.#defer(() => this.#handlers?.onClose(error));
  }
}
