// What an operation on the cluster's metadata is: a pure function of an image and a request that gives records and a response.

import type { ResponseInput } from '../../protocol/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import type { MetadataRecord } from '../metadata-record.ts';

export interface Decision<Response> {
  readonly records: readonly MetadataRecord[];
  readonly response: Response;
}

/** The response of an API; whether its sender is throttled is not for the metadata to say. */
export type Answer<A> = Omit<ResponseInput<A>, 'throttleTimeMs'>;

/** How responses tell of the fate of one topic or resource. */
export interface ApiError {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

export const NO_ERROR: ApiError = { errorCode: 0, errorMessage: null };

/** What was thrown, as responses tell it. Anything but a `KafkaError` is a mistake of ours and flies on. */
export function apiError(error: unknown): ApiError {
  if (error instanceof KafkaError) return { errorCode: error.errorCode, errorMessage: error.message };
  throw error;
}

/** Names that occur more than once. */
export function duplicatesOf(names: Iterable<string>): Set<string> {
  const seen = new Set<string>();
  const duplicates = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) duplicates.add(name);
    seen.add(name);
  }
  return duplicates;
}
