// From a frame to its answer: header, handler, body, work, encoding. Everything that goes wrong on the way is judged here.

import type { Clock } from '../platform/index.ts';
import {
  apiVersions,
  decodeRequestBody,
  decodeRequestHeader,
  encodeResponse,
  KafkaError,
  type ReceivedRequestHeader,
} from '../protocol/index.ts';
import { type Handler, type RequestContext, UnanswerableError } from './handler.ts';
import { asKafkaError } from './kafka-error.ts';
import type { Connection, FrameHandler, Reply } from './network/connection.ts';
import { servedVersions } from './served-versions.ts';
import type { BrokerServices } from './services.ts';

const PRODUCE_KEY = 0;

export interface RequestDispatcherOptions {
  /** Called when the first request comes: the listeners are among the services. */
  readonly services: () => BrokerServices;
  readonly handlers: Readonly<Record<number, Pick<Handler, 'api'>>>;
}

export class RequestDispatcher implements FrameHandler {
  readonly #options: RequestDispatcherOptions;

  constructor(options: RequestDispatcherOptions) {
    this.#options = options;
  }

  /** Produce requests fix the order of their records when they begin, so a client may have many of them under way. */
  mayOverlap(frame: Buffer): boolean {
    return frame.length >= 2 && frame.readInt16BE(0) === PRODUCE_KEY;
  }

  /** Throws for what no answer can be given to: the connection is closed then, as Kafka closes it. */
  handle(frame: Buffer, connection: Connection): Reply | Promise<Reply> {
    const intercepted = connection.authentication.intercept(frame, connection);
    if (intercepted !== undefined) return intercepted;
    const header = decodeRequestHeader(frame);
    const handler = this.#handlerOf(header.api.key);
    if (handler === undefined)
      throw new Error(`this broker does not serve ${header.api.name} (API key ${header.api.key})`);
    const { apiVersion, clientId } = header;
    const context: RequestContext = {
      services: this.#options.services(),
      connection,
      api: header.api,
      apiVersion,
      clientId,
      principal: connection.authentication.principal,
      throttledUntilMs: 0,
    };
    const { min, max } = servedVersions(handler.api);
    if (apiVersion < min || apiVersion > max) return unsupportedVersion(handler, header, context);
    const request = decodeRequestBody(handler.api, header, frame);
    const { clock, requestMetrics } = context.services;
    const startMs = clock.monotonic();
    let threadMs: number | undefined;
    const finish = (answer: object | null, bandwidthThrottleMs: number): Reply => {
      // What comes after a wait cannot be told from the work of others.
      threadMs ??= clock.monotonic() - startMs;
      const throttleMs = throttle(context, threadMs, bandwidthThrottleMs);
      context.services.audit.answered(context, request, answer);
      const reply = answer === null ? null : encode(handler, header, answer, throttleMs);
      const durationMs = clock.monotonic() - startMs;
      requestMetrics.record({ header, requestBytes: frame.length, answer, reply, durationMs, throttleMs });
      return reply;
    };
    const fail = (error: unknown): Reply => {
      if (error instanceof UnanswerableError) throw error;
      return finish(handler.fail(request, asKafkaError(error, context), context), 0);
    };
    const succeed = (answer: object | null): Reply =>
      finish(answer, bandwidthThrottle(handler, answer, frame.length, context));
    try {
      const response = handler.handle(request, context);
      threadMs = clock.monotonic() - startMs;
      return response instanceof Promise ? response.then(succeed, fail) : succeed(response);
    } catch (error) {
      return fail(error);
    }
  }

  // Each handler takes the requests of its own API only, and is handed nothing else; the type of a mixed table cannot say that.
  #handlerOf(apiKey: number): Handler | undefined {
    return this.#options.handlers[apiKey] as Handler | undefined;
  }
}

/** ApiVersions is answered in version 0 whatever was asked, so that a client of the future can find out what we speak (KIP-511). */
function unsupportedVersion(handler: Handler, header: ReceivedRequestHeader, context: RequestContext): Reply {
  const { api, apiVersion } = header;
  if (api.key !== apiVersions.key) {
    throw new Error(`${api.name} version ${apiVersion} is not one of ${api.versions.min} to ${api.versions.max}`);
  }
  const error = new KafkaError('UNSUPPORTED_VERSION');
  return encodeResponse(api, 0, header.correlationId, { ...handler.fail({}, error, context), throttleTimeMs: 0 });
}

/** Mutes the connection of a client that is over one of its quotas. Returns for how long, in ms. */
function throttle(context: RequestContext, threadMs: number, bandwidthThrottleMs: number): number {
  const { connection, clientId, principal, services } = context;
  const timeThrottleMs = services.quotas.recordThreadTime({ user: principal.name, clientId }, threadMs);
  const handlerThrottleMs = Math.ceil(context.throttledUntilMs - services.clock.monotonic());
  const throttleMs = Math.max(0, bandwidthThrottleMs, timeThrottleMs, handlerThrottleMs);
  if (throttleMs > 0) muteFor(connection, throttleMs, services.clock);
  return throttleMs;
}

/** Counts the bytes of the request or its answer. Returns for how long, in ms, the client is over its quota. */
function bandwidthThrottle(
  handler: Handler,
  answer: object | null,
  requestBytes: number,
  { clientId, principal, services }: RequestContext,
): number {
  const { quota } = handler;
  if (quota === undefined) return 0;
  return services.quotas.record(
    quota.key,
    { user: principal.name, clientId },
    quota.bytesOf(answer as Parameters<typeof quota.bytesOf>[0], requestBytes),
  );
}

function muteFor(connection: Connection, durationMs: number, clock: Clock): void {
  const { signal } = connection;
  const unmute = connection.mute();
  const timer = clock.schedule(durationMs, () => {
    signal.removeEventListener('abort', forget);
    unmute();
  });
  const forget = () => timer.cancel();
  signal.addEventListener('abort', forget, { once: true });
}

function encode(handler: Handler, header: ReceivedRequestHeader, answer: object, throttleTimeMs = 0): Reply {
  return encodeResponse(handler.api, header.apiVersion, header.correlationId, { ...answer, throttleTimeMs });
}
