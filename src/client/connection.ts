// One connection to one broker: frames, correlation ids, pipelined requests, timeouts. It knows nothing of clusters and of retries. Where a
// session must be renewed, requests wait behind that: between its messages the broker would take no other (KIP-368).

import type { Address, Clock, Network, Stream, Timer, TlsClientSettings } from '../platform/index.ts';
import {
  type Api,
  decodeResponse,
  encodeRequest,
  FrameReader,
  type RequestInput,
  type ResponseOf,
  saslAuthenticate,
  saslHandshake,
} from '../protocol/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { closedByBroker, connectionFailure, reasonOf } from './connection-failure.ts';
import { ClientError, ConnectionError, formatAddress, TimeoutError } from './errors.ts';
import type { ConnectionMetrics } from './metrics/connection-metrics.ts';
import { chooseVersion, type VersionRanges } from './versions.ts';

export interface ConnectionOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Undefined for none. */
  readonly tls?: TlsClientSettings | undefined;
  readonly clientId: string;
  /** Default wait for an answer, ms. When it is over the connection is closed: later answers could not overtake the late one. */
  readonly requestTimeoutMs: number;
  /** Wait for the TCP connection, ms. */
  readonly connectTimeoutMs: number;
  /** Largest response that is read, bytes. */
  readonly maxFrameBytes: number;
  /** Requests without an answer; one more is refused with `ClientError`. */
  readonly maxRequestsInFlight: number;
  /** Hears of everything that is to be counted. */
  readonly metrics?: ConnectionMetrics | undefined;
}

export interface SendOptions {
  /** Aborting gives up the wait; the request itself is on its way. */
  readonly signal?: AbortSignal | undefined;
  /** ms; default: the connection's. */
  readonly timeoutMs?: number | undefined;
  /** Do not use a newer version than this. */
  readonly maxVersion?: number | undefined;
}

interface PendingRequest {
  readonly describe: string;
  readonly timer: Timer;
  succeed(frame: Buffer): void;
  fail(error: unknown): void;
}

/** How and when a client proves to a broker that it is still who it was. */
export interface Renewal {
  /** Monotonic ms; the first request behind it waits until `run` is through. */
  readonly atMs: number;
  run(): Promise<void>;
}

/** Connects, without any request yet; `handshake` of versions.ts comes next. */
export async function openConnection(
  address: Address,
  options: ConnectionOptions,
  signal?: AbortSignal,
): Promise<Connection> {
  const timeout = new AbortController();
  const timer = options.clock.schedule(options.connectTimeoutMs, () =>
    timeout.abort(new ConnectionError(address, `no connection within ${options.connectTimeoutMs} ms`)),
  );
  try {
    const combined = signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal;
    const stream = await options.network.connect(address, combined, options.tls);
    return new Connection(address, stream, options);
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof ConnectionError ? error : connectionFailure(address, error);
  } finally {
    timer.cancel();
  }
}

export class Connection implements AsyncDisposable {
  readonly address: Address;
  /** Levels of the features that are finalized in the broker's cluster (KIP-584), as `handshake` heard. */
  features: ReadonlyMap<string, number> = new Map();
  /** Set when the session with the broker has an end. */
  renewal: Renewal | undefined;
  readonly #stream: Stream;
  readonly #options: ConnectionOptions;
  readonly #frames: FrameReader;
  // Answers come in the order of the requests, so a Map, which keeps insertion order, is also the queue.
  readonly #pending = new Map<number, PendingRequest>();
  #versions: VersionRanges | undefined;
  #nextCorrelationId = 0;
  #hasAnswered = false;
  #closedBy: Error | undefined;
  /** Requests that wait for the renewal that is under way. */
  #held: (() => void)[] | undefined;

  constructor(address: Address, stream: Stream, options: ConnectionOptions) {
    this.address = address;
    this.#stream = stream;
    this.#options = options;
    this.#frames = new FrameReader(options.maxFrameBytes, 'the limit');
    options.metrics?.opened();
    stream.handle({
      onData: (chunk) => this.#onData(chunk),
      onClose: (error) =>
        this.#fail(error ? connectionFailure(address, error) : closedByBroker(address, this.#hasAnswered)),
    });
  }

  get isOpen(): boolean {
    return this.#closedBy === undefined;
  }

  get requestsInFlight(): number {
    return this.#pending.size;
  }

  /** What the broker serves; undefined until `handshake` is through. */
  get versions(): VersionRanges | undefined {
    return this.#versions;
  }

  set versions(versions: VersionRanges) {
    this.#versions = versions;
  }

  /** True when both sides know a common version of it. */
  serves(api: Api): boolean {
    const range = this.#versions?.get(api.key);
    return range !== undefined && range.min <= api.versions.max && range.max >= api.versions.min;
  }

  /** The version that `send` would use. Throws UNSUPPORTED_VERSION when there is none. */
  versionOf(api: Api, maxVersion?: number): number {
    return chooseVersion(api, this.#versions, maxVersion);
  }

  /** Sends in the newest version that both sides know. Rejects with `ConnectionError`, `TimeoutError` or `KafkaError` (UNSUPPORTED_VERSION). */
  async send<A extends Api>(api: A, request: RequestInput<A>, options: SendOptions = {}): Promise<ResponseOf<A>> {
    const version = chooseVersion(api, this.#versions, options.maxVersion);
    return this.sendVersion(api, version, request, options);
  }

  /** As `send`, in exactly this version. */
  async sendVersion<A extends Api>(
    api: A,
    version: number,
    request: RequestInput<A>,
    options: SendOptions = {},
  ): Promise<ResponseOf<A>> {
    const { correlationId, frame } = await this.exchange(api, version, request, options);
    return this.#decode(api, version, correlationId, frame);
  }

  /** Sends and resolves to the bytes of the answer, for the one API whose answer may come in another version than asked for. */
  exchange<A extends Api>(
    api: A,
    version: number,
    request: RequestInput<A>,
    options: SendOptions = {},
  ): Promise<{ correlationId: number; frame: Buffer }> {
    return new Promise((resolve, reject) => {
      this.#sendInTurn(api, () => {
        try {
          this.#exchangeNow(api, version, request, options, resolve, reject);
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** Sends a request that has no answer (Produce with acks=0). */
  sendWithoutResponse<A extends Api>(
    api: A,
    request: RequestInput<A>,
    options: Pick<SendOptions, 'maxVersion'> = {},
  ): void {
    const version = chooseVersion(api, this.#versions, options.maxVersion);
    if (this.#closedBy) throw this.#closedBy;
    this.#sendInTurn(api, () => {
      if (this.isOpen) this.#write(api, version, request);
    });
  }

  /** Closes at once; requests in flight fail. Closing twice is harmless. */
  close(): void {
    this.#fail(new ConnectionError(this.address, 'the connection was closed here'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** Calls `send` now, or when the renewal that is under way or due is through. */
  #sendInTurn(api: Api, send: () => void): void {
    const isOfRenewal = api.key === saslHandshake.key || api.key === saslAuthenticate.key;
    if (!isOfRenewal) this.#renewIfDue();
    if (isOfRenewal || this.#held === undefined) {
      send();
      return;
    }
    this.#refuseWhenFull(api);
    this.#held.push(send);
  }

  #renewIfDue(): void {
    const { renewal } = this;
    if (renewal === undefined || this.#held !== undefined || !this.isOpen) return;
    if (this.#options.clock.monotonic() < renewal.atMs) return;
    this.#held = [];
    renewal
      .run()
      .then(() => this.#releaseHeld())
      .catch((error) => this.#fail(error));
  }

  #releaseHeld(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const send of held) send();
  }

  #exchangeNow<A extends Api>(
    api: A,
    version: number,
    request: RequestInput<A>,
    options: SendOptions,
    resolve: (answer: { correlationId: number; frame: Buffer }) => void,
    reject: (error: unknown) => void,
  ): void {
    const { signal, timeoutMs = this.#options.requestTimeoutMs } = options;
    signal?.throwIfAborted();
    const correlationId = this.#write(api, version, request);
    // An aborted request keeps its place in the queue: its answer still comes, and is dropped.
    const onAbort = () => reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    const settle = () => {
      signal?.removeEventListener('abort', onAbort);
      this.#pending.delete(correlationId);
      pending.timer.cancel();
    };
    const { clock, metrics } = this.#options;
    const sentMs = clock.monotonic();
    const describe = `${api.name} v${version}`;
    const pending: PendingRequest = {
      describe,
      timer: clock.schedule(timeoutMs, () => this.#timeOut(describe, timeoutMs)),
      succeed: (frame) => {
        settle();
        metrics?.answered(api, frame.length, clock.monotonic() - sentMs);
        resolve({ correlationId, frame });
      },
      fail: (error) => {
        settle();
        reject(error);
      },
    };
    this.#pending.set(correlationId, pending);
  }

  #write<A extends Api>(api: A, version: number, request: RequestInput<A>): number {
    if (this.#closedBy) throw this.#closedBy;
    this.#refuseWhenFull(api);
    const correlationId = this.#nextCorrelationId;
    // Encoded before anything is counted: a request that cannot be encoded leaves no trace.
    const chunks = encodeRequest(api, version, { correlationId, clientId: this.#options.clientId }, request);
    this.#nextCorrelationId = (correlationId + 1) & 0x7fffffff;
    this.#stream.write(chunks);
    this.#options.metrics?.sent(chunks.reduce((bytes, chunk) => bytes + chunk.length, 0));
    return correlationId;
  }

  #refuseWhenFull(api: Api): void {
    const count = this.#pending.size + (this.#held?.length ?? 0);
    if (count < this.#options.maxRequestsInFlight) return;
    throw new ClientError(
      `Cannot send ${api.name} to ${formatAddress(this.address)}: ${count} requests wait for an answer already`,
    );
  }

  #onData(chunk: Buffer): void {
    try {
      this.#frames.push(chunk, (frame) => this.#onFrame(frame));
    } catch (error) {
      this.#fail(new ConnectionError(this.address, `it answered nonsense: ${reasonOf(error)}`, { cause: error }));
    }
  }

  #onFrame(frame: Buffer): void {
    if (this.#closedBy) return;
    const [next] = this.#pending;
    const correlationId = frame.length >= 4 ? frame.readInt32BE(0) : undefined;
    if (next === undefined) throw new Error(`a response with correlation id ${correlationId} that nobody asked for`);
    if (correlationId !== next[0]) {
      throw new Error(`correlation id ${correlationId} where ${next[0]} (${next[1].describe}) was expected`);
    }
    this.#hasAnswered = true;
    next[1].succeed(frame);
  }

  #decode<A extends Api>(api: A, version: number, correlationId: number, frame: Buffer): ResponseOf<A> {
    try {
      // The type that `api` has inside of a generic function forgets which fields its response has.
      return decodeResponse(api, version, frame).body as ResponseOf<A>;
    } catch (error) {
      const failure = new ConnectionError(
        this.address,
        `it answered nonsense to ${api.name} v${version} (correlation id ${correlationId}): ${reasonOf(error)}`,
        { cause: error },
      );
      this.#fail(failure);
      throw failure;
    }
  }

  #timeOut(describe: string, timeoutMs: number): void {
    this.#fail(
      new TimeoutError(`${formatAddress(this.address)} did not answer ${describe} within ${timeoutMs} ms`, {
        retriable: true,
      }),
    );
  }

  #fail(error: Error): void {
    if (this.#closedBy) return;
    this.#closedBy = error;
    this.#options.metrics?.closed();
    this.#stream.destroy();
    if (this.#pending.size > 0) {
      this.#options.logger.debug(
        { broker: formatAddress(this.address), reason: error.message },
        'connection failed with requests in flight',
      );
    }
    for (const pending of [...this.#pending.values()]) pending.fail(error);
    this.#releaseHeld();
  }
}
