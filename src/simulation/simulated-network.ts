// The network between two simulated hosts. Bytes take time; a direction may be cut and healed, which loses nothing because TCP repeats, but
// delays everything; and a host whose power went answers nothing at all until it is back.

import {
  type Address,
  type Clock,
  type Listener,
  MemoryNetwork,
  type Network,
  type Random,
  type Stream,
  type StreamHandlers,
  type TlsClientSettings,
  type TlsListenerOptions,
  type TlsSession,
} from '../platform/index.ts';
import type { ProcessGate } from './process-gate.ts';

export type HostName = 'broker' | 'clients';

export interface SimulatedNetworkOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** ms that one stretch of bytes takes at most. */
  readonly maxLatencyMs: number;
}

export class SimulatedNetwork {
  readonly #wire: MemoryNetwork;
  readonly #streams = new Set<HostStream>();
  readonly #listeners = new Map<Listener, ProcessGate>();
  /** Hosts to which nothing gets through. */
  readonly #unreachable = new Set<HostName>();
  #waitingToConnect: (() => void)[] = [];

  constructor({ clock, random, maxLatencyMs }: SimulatedNetworkOptions) {
    this.#wire = new MemoryNetwork({
      defer: (callback) => void clock.schedule(random.integer(maxLatencyMs + 1), callback),
    });
  }

  /** What a process on that host sees. */
  forProcess(host: HostName, gate: ProcessGate): Network {
    return {
      listen: (address, onConnection, tls) => this.#listen(host, gate, address, onConnection, tls),
      connect: (address, signal, tls) => this.#connect(host, gate, address, signal, tls),
    };
  }

  /** From now on nothing arrives at `host`; what is sent waits. */
  block(host: HostName): void {
    this.#unreachable.add(host);
    for (const stream of this.#streams) if (stream.host === host) stream.setBlocked(true);
  }

  heal(): void {
    this.#unreachable.clear();
    for (const stream of this.#streams) stream.setBlocked(false);
    for (const connect of this.#waitingToConnect.splice(0)) connect();
  }

  /** The connections of now are half-open for ever: neither side hears of the other again, nor of an end. */
  lose(): void {
    for (const stream of this.#streams) stream.lose();
  }

  /** Breaks every connection that is open. */
  reset(): void {
    for (const stream of [...this.#streams]) stream.break();
  }

  /** The connections of a dead process end: at once, as the system does it, or when its host is up again. */
  async endConnectionsOf(gate: ProcessGate): Promise<void> {
    for (const [listener, owner] of [...this.#listeners]) {
      if (owner !== gate) continue;
      this.#listeners.delete(listener);
      await listener.close();
    }
    for (const stream of [...this.#streams]) if (stream.gate === gate) stream.break();
  }

  async #listen(
    host: HostName,
    gate: ProcessGate,
    address: Address,
    onConnection: (stream: Stream) => void,
    tls?: TlsListenerOptions,
  ): Promise<Listener> {
    if (!gate.isAlive) return never();
    const onWire = (wire: Stream) => {
      if (!gate.isAlive) return wire.destroy();
      const stream = this.#own(host, gate, wire);
      gate.enter(() => onConnection(stream));
    };
    const listener = await this.#wire.listen(address, onWire, tls);
    // It may have died in between.
    if (!gate.isAlive) {
      await listener.close();
      return never();
    }
    this.#listeners.set(listener, gate);
    return listener;
  }

  async #connect(
    host: HostName,
    gate: ProcessGate,
    address: Address,
    signal?: AbortSignal,
    tls?: TlsClientSettings,
  ): Promise<Stream> {
    while (this.#unreachable.size > 0) await this.#healed(signal);
    const wire = await this.#wire.connect(address, signal, tls);
    const stream = this.#own(host, gate, wire);
    return new Promise((resolve) => gate.enter(() => resolve(stream)));
  }

  #healed(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waitingToConnect.push(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
    });
  }

  #own(host: HostName, gate: ProcessGate, wire: Stream): HostStream {
    const stream = new HostStream(host, gate, wire, () => this.#streams.delete(stream));
    this.#streams.add(stream);
    stream.setBlocked(this.#unreachable.has(host));
    return stream;
  }
}

/** What a dead process is told. */
function never(): Promise<never> {
  return new Promise(() => {});
}

/** One side of a connection, as its host sees it. */
class HostStream implements Stream {
  readonly host: HostName;
  readonly gate: ProcessGate;
  readonly #wire: Stream;
  readonly #onGone: () => void;
  #isPaused = false;
  #isBlocked = false;
  #isLost = false;
  #isEnded = false;

  constructor(host: HostName, gate: ProcessGate, wire: Stream, onGone: () => void) {
    this.host = host;
    this.gate = gate;
    this.#wire = wire;
    this.#onGone = onGone;
  }

  get tls(): TlsSession | undefined {
    return this.#wire.tls;
  }

  get local(): Address {
    return this.#wire.local;
  }

  get remote(): Address {
    return this.#wire.remote;
  }

  get bufferedBytes(): number {
    return this.#wire.bufferedBytes;
  }

  handle(handlers: StreamHandlers): void {
    this.#wire.handle({
      onData: (chunk) => this.gate.enter(() => handlers.onData(chunk)),
      onDrain: () => this.gate.enter(() => handlers.onDrain?.()),
      onClose: (error) => {
        if (this.#isLost && !this.#isEnded) return;
        this.#onGone();
        this.gate.enter(() => handlers.onClose(error));
      },
    });
    // Handling starts the flow.
    this.#setFlow();
  }

  write(chunks: readonly Buffer[]): boolean {
    return this.gate.isAlive && this.#wire.write(chunks);
  }

  pause(): void {
    this.#isPaused = true;
    this.#setFlow();
  }

  resume(): void {
    this.#isPaused = false;
    this.#setFlow();
  }

  end(): void {
    if (!this.gate.isAlive) return;
    this.#isEnded = true;
    this.#wire.end();
  }

  destroy(error?: Error): void {
    if (!this.gate.isAlive) return;
    this.#isEnded = true;
    this.#wire.destroy(error);
  }

  setBlocked(isBlocked: boolean): void {
    this.#isBlocked = isBlocked;
    this.#setFlow();
  }

  /** A reset, as seen by both sides that still live. */
  break(): void {
    this.#isEnded = true;
    this.#onGone();
    this.#wire.destroy(new Error('the connection was reset'));
  }

  /** Nothing arrives here any more, until this side ends it. */
  lose(): void {
    this.#isLost = true;
    this.#setFlow();
  }

  #setFlow(): void {
    if (this.#isPaused || this.#isBlocked || this.#isLost) this.#wire.pause();
    else this.#wire.resume();
  }
}
