// The open listeners and the connections that came through them.

import type {
  Clock,
  Listener,
  Network,
  Stream,
  Timer,
  TlsListenerOptions,
  UnsecuredClient,
} from '../../platform/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { RateWindowOptions } from '../quotas/rate-window.ts';
import type { ListenersSecurity } from '../security/listeners-security.ts';
import type { AdmissionLimits } from './admission-limits.ts';
import {
  Connection,
  type ConnectionBudgets,
  type ConnectionLimits,
  type FrameHandler,
  peerName,
} from './connection.ts';
import { ConnectionAdmission } from './connection-admission.ts';
import { type Endpoint, formatAddress, type ListenerEndpoint } from './endpoints.ts';
import { TlsVisitor } from './tls-visitor.ts';

export interface ClientListenersOptions {
  readonly endpoints: readonly ListenerEndpoint[];
  readonly network: Network;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly handler: FrameHandler;
  readonly limits: ConnectionLimits;
  readonly budgets: ConnectionBudgets;
  readonly admission: {
    readonly limits: AdmissionLimits;
    readonly rates: RateWindowOptions;
    readonly hostRate: (host: string) => number | undefined;
    /** `socket.listen.backlog.size`. */
    readonly maxWaiting: number;
    readonly protectedListener: string;
  };
  readonly security: ListenersSecurity;
  /** `connection.authentication.timeout.ms`. */
  readonly authenticationTimeoutMs: number;
  /** `connections.max.idle.ms`; negative for never. */
  readonly maxIdleMs: number;
}

/** How often connections are looked for that are idle, or whose requests do not arrive, at most. */
const IDLE_CHECK_MS = 1000;

export class ClientListeners {
  readonly #options: ClientListenersOptions;
  readonly #connections = new Set<Connection>();
  /** Clients of listeners with TLS, also those that have not begun or finished their handshake. */
  readonly #tlsVisitors = new Set<TlsVisitor>();
  readonly #listeners: Listener[] = [];
  readonly #admission: ConnectionAdmission;
  #endpoints: readonly ListenerEndpoint[];
  #nextConnectionId = 0;
  #isCheckPutOff = false;
  #idleCheck: Timer | undefined;
  #isStopped = false;
  readonly #drained = Promise.withResolvers<void>();

  constructor(options: ClientListenersOptions) {
    this.#options = options;
    this.#endpoints = options.endpoints;
    const { clock, logger, admission } = options;
    const listeners = options.endpoints.map(({ name }) => name);
    this.#admission = new ConnectionAdmission({ clock, logger, listeners, ...admission });
  }

  /** The endpoints, with the ports that were really bound. */
  get endpoints(): readonly ListenerEndpoint[] {
    return this.#endpoints;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Open connections of each listener. */
  connectionCounts(): Map<string, number> {
    const counts = new Map(this.#endpoints.map(({ name }) => [name, 0]));
    for (const { listenerName } of this.#connections) counts.set(listenerName, (counts.get(listenerName) ?? 0) + 1);
    return counts;
  }

  /** Other limits count from now on. */
  limitConnections(limits: AdmissionLimits): void {
    this.#admission.limit(limits);
  }

  /** What clients of a listener are told to connect to. */
  advertised(listenerName: string): Endpoint | undefined {
    return this.#endpoints.find(({ name }) => name === listenerName)?.advertised;
  }

  /** Binds all listeners. When one cannot be bound, none stays open. */
  async open(): Promise<void> {
    try {
      const bound: ListenerEndpoint[] = [];
      for (const endpoint of this.#options.endpoints) bound.push(await this.#bind(endpoint));
      this.#endpoints = bound;
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#scheduleIdleCheck();
  }

  /** Stops accepting, and begins to end each connection: it sends the answers that it owes. */
  async close(): Promise<void> {
    this.#isStopped = true;
    this.#idleCheck?.cancel();
    this.#admission.close();
    await Promise.all(this.#listeners.splice(0).map((listener) => listener.close()));
    for (const connection of this.#connections) connection.end('the broker stops');
    if (this.#connections.size === 0) this.#drained.resolve();
  }

  /** Resolves after `close`, when every connection has ended; those that have not within `graceMs` are dropped. */
  async drain(graceMs: number): Promise<void> {
    const timer = this.#options.clock.schedule(graceMs, () => {
      for (const connection of this.#connections) connection.drop();
    });
    await this.#drained.promise;
    timer.cancel();
  }

  async #bind(endpoint: ListenerEndpoint): Promise<ListenerEndpoint> {
    // An empty host means all addresses, as in Kafka's PLAINTEXT://:9092.
    const wanted = { host: endpoint.host === '' ? '::' : endpoint.host, port: endpoint.port };
    const { network } = this.#options;
    const onConnection = (stream: Stream) => this.#accept(stream, endpoint.name);
    const listener = await network.listen(wanted, onConnection, this.#tlsOptions(endpoint.name));
    this.#listeners.push(listener);
    const { port } = listener.address;
    const advertisedPort = endpoint.advertised.port === 0 ? port : endpoint.advertised.port;
    return { ...endpoint, port, advertised: { ...endpoint.advertised, port: advertisedPort } };
  }

  #tlsOptions(listenerName: string): TlsListenerOptions | undefined {
    const { security, logger } = this.#options;
    const settings = security.tlsOf(listenerName);
    return (
      settings && {
        settings,
        admit: (client) => this.#acceptBeforeTls(client, listenerName),
        onRefused: (remote, { message: reason }) =>
          logger.info({ peer: peerName(remote), listener: listenerName, reason }, 'TLS handshake failed'),
      }
    );
  }

  #acceptBeforeTls(client: UnsecuredClient, listenerName: string): void {
    if (this.#isStopped) {
      client.destroy();
      return;
    }
    const { logger, clock } = this.#options;
    const visitor = new TlsVisitor({
      client,
      listenerName,
      logger,
      now: () => clock.monotonic(),
      connect: (stream) => this.#connect(stream, listenerName),
      onGone: (gone) => {
        this.#tlsVisitors.delete(gone);
        if (!this.#isStopped) this.#admission.leave(gone);
      },
    });
    this.#tlsVisitors.add(visitor);
    this.#admission.enter(visitor);
  }

  #accept(stream: Stream, listenerName: string): void {
    const connection = this.#connect(stream, listenerName);
    if (connection !== undefined) this.#admission.enter(connection);
  }

  /** Undefined where it is closed at once. */
  #connect(stream: Stream, listenerName: string): Connection | undefined {
    const { handler, limits, budgets, logger, clock, security } = this.#options;
    const authentication = this.#isStopped ? undefined : security.authenticate(stream, listenerName);
    if (authentication === undefined) {
      stream.destroy();
      return undefined;
    }
    const connection = new Connection({
      id: this.#nextConnectionId++,
      listenerName,
      stream,
      authentication,
      handler,
      limits,
      budgets,
      logger,
      now: () => clock.monotonic(),
      onClosed: (closed) => this.#forget(closed),
    });
    this.#connections.add(connection);
    if (!authentication.isComplete) this.#limitAuthentication(connection);
    return connection;
  }

  #limitAuthentication(connection: Connection): void {
    const { clock, authenticationTimeoutMs } = this.#options;
    const timer = clock.schedule(authenticationTimeoutMs, () => {
      if (!connection.authentication.isComplete) {
        connection.close(`the client has not authenticated within ${authenticationTimeoutMs} ms`);
      }
    });
    connection.signal.addEventListener('abort', () => timer.cancel(), { once: true });
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection);
    if (!this.#isStopped) this.#admission.leave(connection);
    if (this.#isStopped && this.#connections.size === 0) this.#drained.resolve();
  }

  #scheduleIdleCheck(): void {
    if (this.#isStopped) return;
    const { clock, maxIdleMs, limits } = this.#options;
    const mayIdleMs = maxIdleMs < 0 ? Infinity : maxIdleMs;
    const intervalMs = Math.min(IDLE_CHECK_MS, mayIdleMs, limits.receiveTimeoutMs);
    const plannedMs = clock.monotonic() + intervalMs;
    this.#idleCheck = clock.schedule(Math.max(intervalMs, 1), () => {
      const nowMs = clock.monotonic();
      // Where the thread was held up, what has arrived meanwhile is read first: nobody is to pay for that.
      this.#isCheckPutOff = !this.#isCheckPutOff && nowMs - plannedMs > intervalMs;
      if (this.#isCheckPutOff) {
        this.#scheduleIdleCheck();
        return;
      }
      for (const connection of this.#connections) {
        if (connection.isIdleSince(nowMs - mayIdleMs)) connection.drop();
        else if (connection.isStalled(nowMs)) connection.close('its request does not arrive');
      }
      for (const visitor of this.#tlsVisitors) {
        if (!visitor.isConnected && visitor.lastActiveMs < nowMs - mayIdleMs) visitor.drop();
      }
      this.#scheduleIdleCheck();
    });
  }
}

/** `PLAINTEXT://127.0.0.1:9092`. */
export function formatEndpoint(endpoint: Endpoint): string {
  return `${endpoint.name}://${formatAddress(endpoint.host, endpoint.port)}`;
}
