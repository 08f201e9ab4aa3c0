// What serves one API: its schema, the work, and the answer when the whole request fails.

import type { Api, KafkaError, RequestOf, ResponseInput } from '../protocol/index.ts';
import type { Connection } from './network/connection.ts';
import type { Principal } from './principal.ts';
import type { BrokerServices } from './services.ts';

/** Who asks, and in which version. */
export interface RequestContext {
  readonly services: BrokerServices;
  readonly connection: Connection;
  readonly api: Api;
  readonly apiVersion: number;
  readonly clientId: string;
  readonly principal: Principal;
  /** Raised by a handler that found the client over a quota; the client is told, and rests until then (monotonic, ms). */
  throttledUntilMs: number;
}

/** A response without its throttle time, which the dispatcher knows. */
export type Answer<A extends Api> = Omit<ResponseInput<A>, 'throttleTimeMs'>;

export interface HandlerQuota<A extends Api> {
  readonly key: 'producer_byte_rate' | 'consumer_byte_rate';
  bytesOf(answer: Answer<A> | null, requestBytes: number): number;
}

export interface Handler<A extends Api = Api> {
  readonly api: A;
  /**
   * The answer; null where the protocol has none. A thrown `KafkaError` becomes `fail`'s answer, `UnanswerableError` closes the connection;
   * anything else is a bug, answered as UNKNOWN_SERVER_ERROR.
   */
  handle(request: RequestOf<A>, context: RequestContext): Answer<A> | null | Promise<Answer<A> | null>;
  /** For APIs whose bytes count against a quota of the client. */
  readonly quota?: HandlerQuota<A>;
  /** The answer that gives `error` for everything that was asked. */
  fail(request: RequestOf<A>, error: KafkaError, context: RequestContext): Answer<A>;
}

/** Thrown by a handler that may give no answer: the closed connection tells the client that something went wrong. */
export class UnanswerableError extends Error {
  override readonly name = 'UnanswerableError';
}

/** Ties a handler's types to its API. */
export function handler<A extends Api>(api: A, work: Pick<Handler<A>, 'handle' | 'fail' | 'quota'>): Handler<A> {
  return { api, ...work };
}
