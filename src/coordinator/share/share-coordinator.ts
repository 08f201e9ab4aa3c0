// The coordinator of share partitions as the broker sees it: it keeps how far each share group has come in each partition. One method per
// API, which takes the decoded request and gives the answer with its error codes.

import {
  type DeleteShareGroupStateRequest,
  type DeleteShareGroupStateResponse,
  type InitializeShareGroupStateRequest,
  type InitializeShareGroupStateResponse,
  KafkaError,
  type ReadShareGroupStateRequest,
  type ReadShareGroupStateResponse,
  type ReadShareGroupStateSummaryRequest,
  type ReadShareGroupStateSummaryResponse,
  type WriteShareGroupStateRequest,
  type WriteShareGroupStateResponse,
} from '../../protocol/index.ts';
import type { CoordinatorLog } from '../runtime/coordinator-log.ts';
import { CoordinatorRuntime } from '../runtime/coordinator-runtime.ts';
import { operationError } from '../runtime/operation-error.ts';
import { partitionFor } from '../runtime/partition-for.ts';
import { requireSharePartitionText, type SharePartitionKey, sharePartitionText } from './share-partition-key.ts';
import { type ShareRecord, shareRecordSerde } from './share-record.ts';
import { type ShareResult, ShareShard, type ShareShardOptions } from './share-shard.ts';
import { NO_COMPLETE_COUNT, NO_START_OFFSET } from './share-state.ts';

export interface ShareCoordinatorOptions extends ShareShardOptions {
  readonly log: CoordinatorLog;
  /** Partitions of the state's topic: as it was created, not as it would be now. */
  partitionCountOfLog(): number;
}

/** The kept state of share groups, for those that work with it. */
export type ShareStateStore = Pick<
  ShareCoordinator,
  'initializeState' | 'readState' | 'writeState' | 'deleteState' | 'readStateSummary'
>;

interface Topics<P> {
  readonly groupId: string;
  readonly topics: readonly { readonly topicId: string; readonly partitions: readonly P[] }[];
}

type Topic<R extends { readonly results: readonly unknown[] }> = R['results'][number];

export class ShareCoordinator {
  readonly #options: ShareCoordinatorOptions;
  readonly #runtime: CoordinatorRuntime<ShareRecord, ShareShard>;

  constructor(options: ShareCoordinatorOptions) {
    this.#options = options;
    const { log, clock, logger } = options;
    this.#runtime = new CoordinatorRuntime({
      log,
      clock,
      logger,
      serde: shareRecordSerde,
      createState: (shard) => new ShareShard(options, shard),
    });
  }

  /** The partition of the state's topic for `group:topicId:partition`. Throws INVALID_REQUEST for another text. */
  partitionFor(text: string): number {
    requireSharePartitionText(text);
    return partitionFor(text, this.#options.partitionCountOfLog());
  }

  /** This broker leads the partition: its state is loaded, then served. Rejects when the first load fails; later ones follow. */
  load(partition: number): Promise<void> {
    return this.#runtime.load(partition);
  }

  unload(partition: number): Promise<void> {
    return this.#runtime.unload(partition);
  }

  stop(): Promise<void> {
    return this.#runtime.stop();
  }

  async initializeState(request: InitializeShareGroupStateRequest): Promise<InitializeShareGroupStateResponse> {
    const results = await forEachPartition<
      InitializeShareGroupStateRequest['topics'][number]['partitions'][number],
      Topic<InitializeShareGroupStateResponse>['partitions'][number]
    >(request, async (key, start) => {
      const failure = await this.#write('initialize', key, (shard) => shard.initialize(key, start));
      return { partition: key.partition, ...failure };
    });
    return { results };
  }

  async readState(request: ReadShareGroupStateRequest): Promise<ReadShareGroupStateResponse> {
    const results = await forEachPartition<
      ReadShareGroupStateRequest['topics'][number]['partitions'][number],
      Topic<ReadShareGroupStateResponse>['partitions'][number]
    >(request, async (key, { partition, leaderEpoch }) => {
      try {
        const state = await this.#runtime.write(
          this.#partitionOf(key),
          refusing((shard) => shard.read(key, leaderEpoch)),
        );
        const { stateEpoch, startOffset, stateBatches } = state;
        return { partition, ...NO_FAILURE, stateEpoch, startOffset, stateBatches: [...stateBatches] };
      } catch (error) {
        return { partition, ...failureOf('read', error), stateEpoch: 0, startOffset: 0n, stateBatches: [] };
      }
    });
    return { results };
  }

  async writeState(request: WriteShareGroupStateRequest): Promise<WriteShareGroupStateResponse> {
    const results = await forEachPartition<
      WriteShareGroupStateRequest['topics'][number]['partitions'][number],
      Topic<WriteShareGroupStateResponse>['partitions'][number]
    >(request, async (key, change) => {
      const failure = await this.#write('write', key, (shard) => shard.write(key, change.stateEpoch, change));
      return { partition: key.partition, ...failure };
    });
    return { results };
  }

  async deleteState(request: DeleteShareGroupStateRequest): Promise<DeleteShareGroupStateResponse> {
    const results = await forEachPartition<
      DeleteShareGroupStateRequest['topics'][number]['partitions'][number],
      Topic<DeleteShareGroupStateResponse>['partitions'][number]
    >(request, async (key) => {
      const failure = await this.#write('delete', key, (shard) => shard.delete(key));
      return { partition: key.partition, ...failure };
    });
    return { results };
  }

  async readStateSummary(request: ReadShareGroupStateSummaryRequest): Promise<ReadShareGroupStateSummaryResponse> {
    const results = await forEachPartition<
      ReadShareGroupStateSummaryRequest['topics'][number]['partitions'][number],
      Topic<ReadShareGroupStateSummaryResponse>['partitions'][number]
    >(request, async (key, { partition }) => {
      try {
        const summary = await this.#runtime.read(
          this.#partitionOf(key),
          refusing((shard) => shard.summary(key)),
        );
        const { stateEpoch, leaderEpoch, startOffset, deliveryCompleteCount } = summary;
        return { partition, ...NO_FAILURE, stateEpoch, leaderEpoch, startOffset, deliveryCompleteCount };
      } catch (error) {
        const unknown = { stateEpoch: 0, leaderEpoch: 0, startOffset: NO_START_OFFSET };
        const failure = failureOf('read summary of', error);
        return { partition, ...failure, ...unknown, deliveryCompleteCount: NO_COMPLETE_COUNT };
      }
    });
    return { results };
  }

  /** Forgets the state of all groups for the topic. What cannot be forgotten is logged, and refused later because the topic is gone. */
  async onTopicDeleted(topicId: string): Promise<void> {
    await Promise.all(
      this.#runtime.partitions.map(async (partition) => {
        try {
          await this.#runtime.write(partition, (shard) => shard.deleteTopic(topicId));
        } catch (error) {
          this.#options.logger.warn({ error, partition, topicId }, 'cannot delete the share state of a deleted topic');
        }
      }),
    );
  }

  #partitionOf(key: SharePartitionKey): number {
    return partitionFor(sharePartitionText(key), this.#options.partitionCountOfLog());
  }

  async #write(
    verb: string,
    key: SharePartitionKey,
    operation: (shard: ShareShard) => ShareResult<undefined>,
  ): Promise<Failure> {
    try {
      await this.#runtime.write(this.#partitionOf(key), refusing(operation));
      return NO_FAILURE;
    } catch (error) {
      return failureOf(verb, error);
    }
  }
}

interface Failure {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

const NO_FAILURE: Failure = { errorCode: 0, errorMessage: null };

/**
 * What an operation decided is told as it is. The same error of the log below means something else. A `KafkaError`, or the runtime would take it for
 * a mistake in the program and load the partition again.
 */
class Refusal extends KafkaError {
  constructor({ code, message }: KafkaError) {
    super(code, message);
  }
}

function refusing<R>(operation: (shard: ShareShard) => R): (shard: ShareShard) => R {
  return (shard) => {
    try {
      return operation(shard);
    } catch (error) {
      throw error instanceof KafkaError ? new Refusal(error) : error;
    }
  };
}

function failureOf(verb: string, error: unknown): Failure {
  if (error instanceof Refusal) return { errorCode: error.errorCode, errorMessage: error.message };
  const told = new KafkaError(operationError(error));
  return { errorCode: told.errorCode, errorMessage: `Unable to ${verb} share group state: ${told.message}` };
}

/** Requests that name no group or nothing to do are answered with nothing, as in Apache Kafka. */
async function forEachPartition<P extends { readonly partition: number }, R>(
  { groupId, topics }: Topics<P>,
  perform: (key: SharePartitionKey, partition: P) => Promise<R>,
): Promise<{ topicId: string; partitions: R[] }[]> {
  if (groupId === '' || topics.some(({ partitions }) => partitions.length === 0)) return [];
  return Promise.all(
    topics.map(async ({ topicId, partitions }) => ({
      topicId,
      partitions: await Promise.all(
        partitions.map((partition) => perform({ groupId, topicId, partition: partition.partition }, partition)),
      ),
    })),
  );
}
