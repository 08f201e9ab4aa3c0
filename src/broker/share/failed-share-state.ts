// What the APIs of share coordinators answer for every partition when a whole request fails.

import type { KafkaError } from '../../protocol/index.ts';

interface ShareStateRequest {
  readonly topics: readonly {
    readonly topicId: string;
    readonly partitions: readonly { readonly partition: number }[];
  }[];
}

/** `state` is what the API's answer tells besides, of nothing that is known. */
export function failedShareState<State extends object>(
  { topics }: ShareStateRequest,
  { errorCode, message: errorMessage }: KafkaError,
  state: State,
) {
  const results = topics.map(({ topicId, partitions }) => ({
    topicId,
    partitions: partitions.map(({ partition }) => ({ ...state, partition, errorCode, errorMessage })),
  }));
  return { results };
}
