// Error codes of responses, as errors: some belong to one item of the answer, others to the way the question went.

import { KafkaError } from '../../protocol/index.ts';
import { responseError } from '../response-error.ts';

// The broker that was asked is the wrong one, or not ready, or its disk fails and another may take over: the whole call is repeated.
const ROUTING_ERRORS = new Set<string>([
  'NOT_CONTROLLER',
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'NOT_LEADER_OR_FOLLOWER',
  'LEADER_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'KAFKA_STORAGE_ERROR',
  'BROKER_NOT_AVAILABLE',
]);

/** The error of an item of a response, or undefined. Throws when it says that another broker, or another time, is the one to ask. */
export function itemError(code: number, what: string, message?: string | null): KafkaError | undefined {
  const error = responseError(code, what, message);
  if (error && ROUTING_ERRORS.has(error.code)) throw error;
  return error;
}

/** The answer for one item. Throws UNKNOWN_SERVER_ERROR when the broker has left it out, which no broker should. */
export function answered<T>(answer: T | undefined, what: string): T {
  if (answer === undefined) throw new KafkaError('UNKNOWN_SERVER_ERROR', `Cannot ${what}: the broker did not answer`);
  return answer;
}

/** Throws the error of a response that failed as a whole. */
export function throwResponseError(code: number, what: string, message?: string | null): void {
  const error = responseError(code, what, message);
  if (error) throw error;
}
