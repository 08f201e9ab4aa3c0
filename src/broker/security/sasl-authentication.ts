// The SASL of one connection: a handshake that chooses a mechanism, then its messages, as requests or, after the oldest handshake, bare. Whoever
// is not known yet may ask nothing else but for versions. A session may have an end, before which the client proves itself again (KIP-368).

import { type Clock, sleep } from '../../platform/index.ts';
import {
  apiVersions,
  decodeRequestBody,
  decodeRequestHeader,
  encodeResponse,
  errorCode,
  type ReceivedRequestHeader,
  saslAuthenticate,
  saslHandshake,
} from '../../protocol/index.ts';
import { SaslError, type SaslIdentity, type SaslServer, type SaslStep } from '../../security/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { type Connection, peerName, type Reply } from '../network/connection.ts';
import { ANONYMOUS, type Principal, USER } from '../principal.ts';
import { servedVersions } from '../served-versions.ts';
import type { Authentication } from './authentication.ts';

/** A mechanism of a listener. */
export interface SaslMechanism {
  /** `connections.max.reauth.ms`; 0 for no limit. */
  readonly maxReauthMs: number;
  createServer(): SaslServer;
}

export interface SaslSettings {
  readonly mechanisms: ReadonlyMap<string, SaslMechanism>;
  /** `sasl.server.max.receive.size`. */
  readonly maxReceiveBytes: number;
  /** `connection.failed.authentication.delay.ms`. */
  readonly failureDelayMs: number;
}

/** `versions`: nothing has been asked. `handshake`: only that may come now. `exchange`: messages of the mechanism. */
type State = 'versions' | 'handshake' | 'exchange' | 'complete';

interface Exchange {
  readonly mechanism: string;
  readonly server: SaslServer;
  /** Whether messages come as SaslAuthenticate requests. */
  readonly hasHeaders: boolean;
}

interface Session {
  readonly principal: Principal;
  readonly mechanism: string;
  /** Monotonic. Undefined for no end. */
  readonly endsAtMs: number | undefined;
}

/** A client may not prove itself again sooner. */
const MIN_REAUTH_INTERVAL_MS = 1000;
/** From it on messages are requests (KIP-152). */
const FIRST_HANDSHAKE_WITH_REQUESTS = 1;

export class SaslAuthentication implements Authentication {
  readonly maxRequestBytes: number;
  readonly #settings: SaslSettings;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #state: State = 'versions';
  #exchange: Exchange | undefined;
  #session: Session | undefined;
  #lastReauthMs: number | undefined;

  constructor(options: { settings: SaslSettings; clock: Clock; logger: Logger }) {
    this.#settings = options.settings;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.maxRequestBytes = options.settings.maxReceiveBytes;
  }

  get principal(): Principal {
    return this.#session?.principal ?? ANONYMOUS;
  }

  /** Also while a client that is known proves itself again. */
  get isComplete(): boolean {
    return this.#session !== undefined;
  }

  intercept(frame: Buffer, connection: Connection): Reply | Promise<Reply> | undefined {
    if (this.#state === 'complete') {
      if (!this.#beginsAgain(frame)) return undefined;
      this.#state = 'handshake';
    }
    if (this.#exchange !== undefined && !this.#exchange.hasHeaders) return this.#takeBare(frame, connection);
    const header = decodeRequestHeader(frame);
    const { key } = header.api;
    if (key === apiVersions.key && this.#state === 'versions') {
      // Who asks in a version of the future is told ours, and asks again.
      if (isServed(header)) this.#state = 'handshake';
      return undefined;
    }
    if (key === saslHandshake.key && this.#state !== 'exchange') return this.#handshake(header, frame, connection);
    if (key === saslAuthenticate.key && this.#exchange !== undefined) {
      return this.#authenticate(this.#exchange, header, frame, connection);
    }
    throw new Error(`a request of type ${header.api.name} came before the authentication was complete`);
  }

  /** Whether a handshake begins a new authentication. Throws when the session is over. */
  #beginsAgain(frame: Buffer): boolean {
    const endsAtMs = this.#session?.endsAtMs;
    if (endsAtMs === undefined) return false;
    const nowMs = this.#clock.monotonic();
    const isHandshake = frame.length >= 2 && frame.readInt16BE(0) === saslHandshake.key;
    if (isHandshake && nowMs - (this.#lastReauthMs ?? -Infinity) >= MIN_REAUTH_INTERVAL_MS) {
      this.#lastReauthMs = nowMs;
      return true;
    }
    if (nowMs > endsAtMs) throw new Error('its SASL session is over, and it has not authenticated again');
    return false;
  }

  #handshake(header: ReceivedRequestHeader, frame: Buffer, connection: Connection): Reply | Promise<Reply> {
    requireServed(header);
    const { mechanism } = decodeRequestBody(saslHandshake, header, frame);
    const mechanisms = [...this.#settings.mechanisms.keys()];
    const answer = (code: number) =>
      encodeResponse(saslHandshake, header.apiVersion, header.correlationId, { errorCode: code, mechanisms });
    const known = this.#settings.mechanisms.get(mechanism);
    if (known === undefined) {
      return this.#refuse(
        connection,
        mechanism,
        'the mechanism is not enabled',
        answer(errorCode('UNSUPPORTED_SASL_MECHANISM')),
      );
    }
    const before = this.#session?.mechanism;
    if (before !== undefined && before !== mechanism) {
      throw new Error(`it has authenticated with ${before} and may not change to ${mechanism}`);
    }
    const hasHeaders = header.apiVersion >= FIRST_HANDSHAKE_WITH_REQUESTS;
    this.#exchange = { mechanism, server: known.createServer(), hasHeaders };
    this.#state = 'exchange';
    return answer(0);
  }

  async #authenticate(
    exchange: Exchange,
    header: ReceivedRequestHeader,
    frame: Buffer,
    connection: Connection,
  ): Promise<Reply> {
    requireServed(header);
    const { authBytes } = decodeRequestBody(saslAuthenticate, header, frame);
    const encode = (answer: {
      errorCode: number;
      errorMessage: string | null;
      authBytes: Buffer;
      sessionLifetimeMs?: bigint;
    }) => encodeResponse(saslAuthenticate, header.apiVersion, header.correlationId, answer);
    try {
      const { step, lifetimeMs } = await this.#evaluate(exchange, authBytes, connection);
      const { challenge } = step;
      return encode({ errorCode: 0, errorMessage: null, authBytes: challenge, sessionLifetimeMs: BigInt(lifetimeMs) });
    } catch (error) {
      if (!(error instanceof SaslError)) throw error;
      const during = this.#session === undefined ? 'authentication' : 're-authentication';
      const errorMessage = error.isPublic
        ? error.message
        : `Authentication failed during ${during} due to invalid credentials with SASL mechanism ${exchange.mechanism}`;
      const reply = encode({
        errorCode: errorCode('SASL_AUTHENTICATION_FAILED'),
        errorMessage,
        authBytes: Buffer.alloc(0),
      });
      return this.#refuse(connection, exchange.mechanism, error.message, reply);
    }
  }

  /** A message without a header, after the oldest handshake. */
  async #takeBare(frame: Buffer, connection: Connection): Promise<Reply> {
    const exchange = this.#exchange as Exchange;
    try {
      const { challenge } = (await this.#evaluate(exchange, frame, connection)).step;
      const length = Buffer.alloc(4);
      length.writeInt32BE(challenge.length);
      return [length, challenge];
    } catch (error) {
      if (!(error instanceof SaslError)) throw error;
      return this.#refuse(connection, exchange.mechanism, error.message, null);
    }
  }

  async #evaluate(
    { server, mechanism }: Exchange,
    message: Buffer,
    connection: Connection,
  ): Promise<{ step: SaslStep; lifetimeMs: number }> {
    const step = await server.evaluate(message);
    if (step.identity === undefined) return { step, lifetimeMs: 0 };
    const lifetimeMs = this.#complete(step.identity, mechanism);
    connection.admit();
    return { step, lifetimeMs: lifetimeMs ?? 0 };
  }

  /** Returns for how long, in ms, the session lasts; undefined for ever. */
  #complete({ name, isTokenAuthenticated, expiresAtMs }: SaslIdentity, mechanism: string): number | undefined {
    const before = this.#session?.principal;
    if (before !== undefined && before.name !== name) {
      throw new SaslError(
        `Cannot change principals during re-authentication from ${USER}.${before.name}: ${USER}.${name}`,
        true,
      );
    }
    const maxReauthMs = this.#settings.mechanisms.get(mechanism)?.maxReauthMs ?? 0;
    const limits: number[] = [];
    if (maxReauthMs > 0) limits.push(maxReauthMs);
    if (expiresAtMs !== undefined) limits.push(Math.max(expiresAtMs - this.#clock.now(), 0));
    const lifetimeMs = limits.length === 0 ? undefined : Math.floor(Math.min(...limits));
    const endsAtMs = lifetimeMs === undefined ? undefined : this.#clock.monotonic() + lifetimeMs;
    this.#session = { principal: { type: USER, name, isTokenAuthenticated }, mechanism, endsAtMs };
    this.#exchange = undefined;
    this.#state = 'complete';
    return lifetimeMs;
  }

  /** Answers late, so that nobody can guess quickly, and closes the connection behind the answer. */
  async #refuse(connection: Connection, mechanism: string, reason: string, reply: Reply): Promise<Reply> {
    const { listenerName: listener, remote, signal } = connection;
    this.#logger.info({ peer: peerName(remote), listener, mechanism, reason }, 'authentication failed');
    await sleep(this.#clock, this.#settings.failureDelayMs, signal);
    connection.end('the authentication failed');
    return reply;
  }
}

function isServed({ api, apiVersion }: ReceivedRequestHeader): boolean {
  const { min, max } = servedVersions(api);
  return apiVersion >= min && apiVersion <= max;
}

function requireServed(header: ReceivedRequestHeader): void {
  if (!isServed(header)) throw new Error(`${header.api.name} is not served in version ${header.apiVersion}`);
}
