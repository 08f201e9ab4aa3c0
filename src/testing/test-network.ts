// The broker's side of a network, which a test can cut.

import type { Address, Listener, Network, Stream, TlsClientSettings, TlsListenerOptions } from '../platform/index.ts';

export class TestNetwork implements Network {
  readonly #network: Network;
  readonly #streams = new Set<WeakRef<Stream>>();
  /** New connections are closed at once while this is true. */
  isCut = false;

  constructor(network: Network) {
    this.#network = network;
  }

  listen(address: Address, onConnection: (stream: Stream) => void, tls?: TlsListenerOptions): Promise<Listener> {
    return this.#network.listen(
      address,
      (stream) => {
        if (this.isCut) {
          stream.handle({ onData: () => {}, onClose: () => {} });
          stream.destroy();
          return;
        }
        this.#forgetGone();
        this.#streams.add(new WeakRef(stream));
        onConnection(stream);
      },
      tls,
    );
  }

  connect(address: Address, signal?: AbortSignal, tls?: TlsClientSettings): Promise<Stream> {
    return this.#network.connect(address, signal, tls);
  }

  /** Breaks every connection that is open. */
  disconnectAll(): void {
    for (const reference of this.#streams) reference.deref()?.destroy();
    this.#streams.clear();
  }

  #forgetGone(): void {
    for (const reference of this.#streams) if (reference.deref() === undefined) this.#streams.delete(reference);
  }
}
