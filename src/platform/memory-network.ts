// A network inside the process: the same contract as TCP, without a port of the machine. Host names mean what they say, except that
// `localhost` is 127.0.0.1 and a listener on 0.0.0.0, :: or an empty host answers for every host. It has no TLS.

import { MemoryPipe } from './memory-pipe.ts';
import { MemoryStream } from './memory-stream.ts';
import type { Address, Listener, Network, Stream } from './network.ts';
import { systemError } from './system-error.ts';
import type { TlsClientSettings, TlsListenerOptions } from './tls.ts';

export interface MemoryNetworkOptions {
  /** Bytes of one direction that count as handed to the system; a writer with more is told to wait. Default 64 KiB. */
  readonly capacityBytes?: number;
  /** Runs a callback later, in order. Default `setImmediate`; a simulation passes its own. */
  readonly defer?: (callback: () => void) => void;
}

interface MemoryListener {
  readonly address: Address;
  readonly onConnection: (stream: Stream) => void;
}

const FIRST_EPHEMERAL_PORT = 49_152;
const LAST_PORT = 65_535;
const ANY_HOST = new Set(['', '0.0.0.0', '::']);

export class MemoryNetwork implements Network {
  readonly #capacityBytes: number;
  readonly #defer: (callback: () => void) => void;
  readonly #listeners = new Set<MemoryListener>();
  #lastEphemeralPort = FIRST_EPHEMERAL_PORT - 1;

  constructor(options: MemoryNetworkOptions = {}) {
    this.#capacityBytes = options.capacityBytes ?? 64 * 1024;
    this.#defer = options.defer ?? ((callback) => void setImmediate(callback));
  }

  async listen(asked: Address, onConnection: (stream: Stream) => void, tls?: TlsListenerOptions): Promise<Listener> {
    if (tls !== undefined) throw withoutTls('listen', asked);
    const address = { host: hostOf(asked), port: asked.port || this.#freePort(asked.host) };
    const isTaken = [...this.#listeners].some(
      (other) =>
        other.address.port === address.port &&
        (other.address.host === address.host || ANY_HOST.has(other.address.host) || ANY_HOST.has(address.host)),
    );
    if (isTaken) throw systemError('EADDRINUSE', 'listen', nameOf(address), 'address already in use');
    const listener = { address, onConnection };
    this.#listeners.add(listener);
    return {
      address,
      close: async () => {
        this.#listeners.delete(listener);
      },
    };
  }

  connect(address: Address, signal?: AbortSignal, tls?: TlsClientSettings): Promise<Stream> {
    if (tls !== undefined) return Promise.reject(withoutTls('connect', address));
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#defer(() => {
        if (signal?.aborted) return;
        signal?.removeEventListener('abort', onAbort);
        const listener = this.#listenerAt(address);
        if (!listener) return reject(systemError('ECONNREFUSED', 'connect', nameOf(address), 'connection refused'));
        const host = hostOf(address);
        const [client, server] = this.#pair({ host, port: this.#nextEphemeralPort() }, { host, port: address.port });
        resolve(client);
        listener.onConnection(server);
      });
    });
  }

  #pair(client: Address, server: Address): [Stream, Stream] {
    // Each side must hear when the pipe that it writes has room again, and exists only after its pipes.
    const sides: MemoryStream[] = [];
    const pipes = [0, 1].map((side) => new MemoryPipe(this.#capacityBytes, this.#defer, () => sides[side]?.drained()));
    const [toServer, toClient] = pipes as [MemoryPipe, MemoryPipe];
    const clientSide = new MemoryStream(client, server, toServer, toClient, this.#defer);
    const serverSide = new MemoryStream(server, client, toClient, toServer, this.#defer);
    sides.push(clientSide, serverSide);
    return [clientSide, serverSide];
  }

  #listenerAt(address: Address): MemoryListener | undefined {
    const host = hostOf(address);
    const onPort = [...this.#listeners].filter((listener) => listener.address.port === address.port);
    return onPort.find((listener) => listener.address.host === host || ANY_HOST.has(listener.address.host));
  }

  #freePort(host: string): number {
    for (let tries = FIRST_EPHEMERAL_PORT; tries <= LAST_PORT; tries++) {
      const port = this.#nextEphemeralPort();
      if (![...this.#listeners].some((listener) => listener.address.port === port)) return port;
    }
    throw systemError('EADDRINUSE', 'listen', host, 'every port is in use');
  }

  #nextEphemeralPort(): number {
    this.#lastEphemeralPort = this.#lastEphemeralPort >= LAST_PORT ? FIRST_EPHEMERAL_PORT : this.#lastEphemeralPort + 1;
    return this.#lastEphemeralPort;
  }
}

function hostOf(address: Address): string {
  return address.host === 'localhost' ? '127.0.0.1' : address.host;
}

function nameOf(address: Address): string {
  return `${address.host}:${address.port}`;
}

/** Nothing may pass in the clear where it was meant to be secured. */
function withoutTls(call: string, address: Address): Error {
  return systemError('ENOTSUP', call, nameOf(address), 'this network has no TLS');
}
