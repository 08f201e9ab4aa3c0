// The one place where whatever was thrown becomes an error that the protocol can carry.

import { KafkaError } from '../protocol/index.ts';
import type { RequestContext } from './handler.ts';

/** A `KafkaError` as it is; anything else is a bug: logged with its stack, and answered as UNKNOWN_SERVER_ERROR without details. */
export function asKafkaError(error: unknown, context: RequestContext): KafkaError {
  if (error instanceof KafkaError) return error;
  context.services.logger.error({ err: error }, 'a request failed unexpectedly');
  return new KafkaError('UNKNOWN_SERVER_ERROR');
}
