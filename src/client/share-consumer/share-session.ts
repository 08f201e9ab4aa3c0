// The session of a share consumer with one broker (KIP-932): the broker remembers which partitions are read, requests name only what changes, and
// acknowledgements travel with the next fetch. One request at a time: each has the next epoch.

import { KafkaError, type ShareFetchResponse, shareAcknowledge, shareFetch } from '../../protocol/index.ts';
import type { Cluster } from '../cluster.ts';
import { ConnectionError, TimeoutError } from '../errors.ts';
import { responseError } from '../response-error.ts';
import { groupBy, partitionName } from '../topic-partition.ts';
import {
  Acknowledgements,
  outcomeOf,
  type PartitionAcknowledgements,
  type SharePartition,
  toBatches,
} from './acknowledgements.ts';
import { readAcquired } from './read-acquired.ts';
import type { ShareConsumerSettings } from './share-consumer-settings.ts';
import type { ShareMetrics } from './share-metrics.ts';
import type { AcknowledgeOutcome, AcknowledgeType, ShareRecord } from './share-record.ts';

export interface LockedRecord {
  readonly place: SharePartition;
  readonly record: ShareRecord;
}

/** What came of a request. */
export interface ShareAnswer {
  readonly records: readonly LockedRecord[];
  readonly outcomes: readonly AcknowledgeOutcome[];
  /** Why the request failed, or single partitions of it. */
  readonly errors: readonly unknown[];
}

type PartitionAnswer = ShareFetchResponse['responses'][number]['partitions'][number];

/** What `#exchange` sends, and reads of the answer. */
type Send = (acknowledged: readonly PartitionAcknowledgements[]) => Promise<ShareAnswer>;

const OPENING = 0;
const CLOSING = -1;
const LAST_EPOCH = 0x7fffffff;
const ACQUIRE_MODES = { 'batch-optimized': 0, 'record-limit': 1 } as const;
const FIRST_VERSION_WITH_RENEWAL = 2;
const CLOSE_TIMEOUT_MS = 5000;
const NOTHING: ShareAnswer = { records: [], outcomes: [], errors: [] };

/** No call rejects: what went wrong is in the answer. */
export class ShareSession {
  readonly #cluster: Cluster;
  readonly #settings: ShareConsumerSettings;
  readonly #nodeId: number;
  readonly #memberId: string;
  readonly #metrics: ShareMetrics;
  readonly #acknowledgements = new Acknowledgements();
  /** Those that the broker remembers. */
  #known = new Map<string, SharePartition>();
  #epoch = OPENING;
  /** Settles when all requests so far are answered. */
  #last: Promise<unknown> = Promise.resolve();
  #underWay = 0;
  /** How long records of the last answer stay locked, ms; undefined before the first one. */
  lockTimeoutMs: number | undefined;
  /** Not before this, monotonic ms, is it worth to fetch again. */
  notBeforeMs = 0;

  constructor(
    cluster: Cluster,
    settings: ShareConsumerSettings,
    { nodeId, memberId }: { readonly nodeId: number; readonly memberId: string },
    metrics: ShareMetrics,
  ) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#nodeId = nodeId;
    this.#memberId = memberId;
    this.#metrics = metrics;
  }

  get isBusy(): boolean {
    return this.#underWay > 0;
  }

  get hasAcknowledgements(): boolean {
    return !this.#acknowledgements.isEmpty;
  }

  /** Will be sent with the next request. */
  add(place: SharePartition, offset: bigint, type: AcknowledgeType): void {
    this.#acknowledgements.add(place, offset, type);
  }

  /** Sends what waits to be acknowledged, and gets records of these partitions and of no others. */
  fetch(partitions: readonly SharePartition[], maxWaitMs: number): Promise<ShareAnswer> {
    return this.#inTurn(() =>
      this.#exchange(this.#acknowledgements.take(), (acknowledged) => this.#fetch(partitions, acknowledged, maxWaitMs)),
    );
  }

  /** Sends what waits to be acknowledged. */
  acknowledge(): Promise<ShareAnswer> {
    return this.#inTurn(async () => {
      if (this.#acknowledgements.isEmpty) return NOTHING;
      return this.#exchange(this.#acknowledgements.take(), (taken) => this.#acknowledge(taken, this.#epoch));
    });
  }

  /** Locks records for longer. */
  renew(records: readonly { readonly place: SharePartition; readonly offset: bigint }[]): Promise<ShareAnswer> {
    const renewals = new Acknowledgements();
    for (const { place, offset } of records) renewals.add(place, offset, 'renew');
    return this.#inTurn(() =>
      this.#exchange(renewals.take(), (taken) => this.#acknowledge(taken, this.#epoch, { isRenewal: true })),
    );
  }

  /** Sends what waits to be acknowledged and ends the session: the broker gives to others what is still locked. */
  close(): Promise<ShareAnswer> {
    return this.#inTurn(async () => {
      if (this.#epoch === OPENING) return NOTHING;
      const answer = await this.#exchange(this.#acknowledgements.take(), (taken) =>
        this.#acknowledge(taken, CLOSING, { timeoutMs: CLOSE_TIMEOUT_MS }),
      );
      this.#reset();
      return answer;
    });
  }

  #inTurn(work: () => Promise<ShareAnswer>): Promise<ShareAnswer> {
    this.#underWay++;
    const answer = this.#last.then(work).finally(() => {
      this.#underWay--;
    });
    this.#last = answer;
    return answer;
  }

  async #exchange(taken: readonly PartitionAcknowledgements[], send: Send): Promise<ShareAnswer> {
    // A session that is opened knows of no record that was given out in one before it.
    const isOpening = this.#epoch === OPENING;
    const late = isOpening ? taken.map((each) => outcomeOf(each, sessionLost(each))) : [];
    try {
      const answer = await send(isOpening ? [] : taken);
      this.#epoch = this.#epoch === LAST_EPOCH ? OPENING + 1 : this.#epoch + 1;
      return { ...answer, outcomes: [...late, ...answer.outcomes] };
    } catch (error) {
      this.#reset();
      const failed = isOpening ? [] : taken.map((each) => outcomeOf(each, outcomeError(each, error)));
      return { records: [], outcomes: [...late, ...failed], errors: [error] };
    }
  }

  async #fetch(
    partitions: readonly SharePartition[],
    acknowledged: readonly PartitionAcknowledgements[],
    maxWaitMs: number,
  ): Promise<ShareAnswer> {
    const settings = this.#settings;
    const wanted = new Map(partitions.map((place) => [partitionName(place), place]));
    const added = [...wanted].flatMap(([name, place]) => (this.#known.has(name) ? [] : [place]));
    const forgotten = [...this.#known].flatMap(([name, place]) => (wanted.has(name) ? [] : [place]));
    const request = {
      groupId: settings.groupId,
      memberId: this.#memberId,
      shareSessionEpoch: this.#epoch,
      maxWaitMs,
      minBytes: settings.fetchMinBytes,
      maxBytes: settings.fetchMaxBytes,
      maxRecords: settings.maxPollRecords,
      batchSize: settings.maxPollRecords,
      shareAcquireMode: ACQUIRE_MODES[settings.acquireMode],
      topics: topicsOf(added, acknowledged),
      forgottenTopicsData: [...groupBy(forgotten, ({ topicId }) => topicId)].map(([topicId, places]) => ({
        topicId,
        partitions: places.map(({ partition }) => partition),
      })),
    };
    const timeoutMs = this.#cluster.settings.requestTimeoutMs + maxWaitMs;
    const sending = { purpose: 'fetch', timeoutMs } as const;
    const response = await this.#cluster.sendToNode(this.#nodeId, shareFetch, request, sending);
    this.#throwError(response.errorCode, response.errorMessage);
    this.#known = wanted;
    this.lockTimeoutMs = response.acquisitionLockTimeoutMs;
    const answers = byPartition(response.responses);
    const outcomes = acknowledged.map((each) => {
      const { acknowledgeErrorCode: code = 0, acknowledgeErrorMessage: message } = answers.get(keyOf(each.place)) ?? {};
      return outcomeOf(each, responseError(code, `acknowledge records of ${partitionName(each.place)}`, message));
    });
    const read = partitions.map((place) => this.#read(place, answers.get(keyOf(place))));
    const records = read.flatMap((each) => each.records);
    this.#metrics.fetched(records.length, bytesOf(answers.values()), response.throttleTimeMs);
    return {
      outcomes,
      records,
      errors: read.flatMap(({ errors }) => errors),
    };
  }

  #read(place: SharePartition, answer: PartitionAnswer | undefined): Pick<ShareAnswer, 'records' | 'errors'> {
    const error = answer && responseError(answer.errorCode, `read ${partitionName(place)}`, answer.errorMessage);
    if (error) {
      // It is asked for anew, as what it is then.
      this.#known.delete(partitionName(place));
      return { records: [], errors: [error] };
    }
    if (!answer?.records || answer.acquiredRecords.length === 0) return NOTHING;
    try {
      const { acquiredRecords, records } = answer;
      const acquired = readAcquired(place, records, acquiredRecords, this.#settings.maxInflatedBatchBytes);
      for (const offset of acquired.gaps) this.add(place, offset, 'gap');
      return { records: acquired.records.map((record) => ({ place, record })), errors: [] };
    } catch (failure) {
      return { records: [], errors: [failure] };
    }
  }

  async #acknowledge(
    acknowledged: readonly PartitionAcknowledgements[],
    epoch: number,
    options: { readonly isRenewal?: boolean; readonly timeoutMs?: number } = {},
  ): Promise<ShareAnswer> {
    if (epoch === OPENING) return NOTHING;
    const { isRenewal = false, timeoutMs } = options;
    const response = await this.#cluster.sendToNode(
      this.#nodeId,
      shareAcknowledge,
      (version) => {
        if (isRenewal && version < FIRST_VERSION_WITH_RENEWAL) {
          throw new KafkaError(
            'UNSUPPORTED_VERSION',
            'Cannot lock records for longer: the broker is older than Kafka 4.2',
          );
        }
        return {
          groupId: this.#settings.groupId,
          memberId: this.#memberId,
          shareSessionEpoch: epoch,
          ...(isRenewal && { isRenewAck: true }),
          topics: topicsOf([], acknowledged),
        };
      },
      { purpose: 'fetch', timeoutMs },
    );
    this.#throwError(response.errorCode, response.errorMessage);
    const answers = byPartition(response.responses);
    const outcomes = acknowledged.map((each) => {
      const { errorCode = 0, errorMessage } = answers.get(keyOf(each.place)) ?? {};
      return outcomeOf(
        each,
        responseError(errorCode, `acknowledge records of ${partitionName(each.place)}`, errorMessage),
      );
    });
    return { records: [], outcomes, errors: [] };
  }

  #throwError(code: number, message: string | null): void {
    const error = responseError(code, `share records of broker ${this.#nodeId}`, message);
    if (error) throw error;
  }

  #reset(): void {
    this.#epoch = OPENING;
    this.#known.clear();
  }
}

function topicsOf(added: readonly SharePartition[], acknowledged: readonly PartitionAcknowledgements[]) {
  const batches = new Map(acknowledged.map(({ place, types }) => [keyOf(place), { place, types }]));
  for (const place of added) {
    if (!batches.has(keyOf(place))) batches.set(keyOf(place), { place, types: new Map() });
  }
  return [...groupBy(batches.values(), ({ place }) => place.topicId)].map(([topicId, items]) => ({
    topicId,
    partitions: items.map(({ place, types }) => ({
      partitionIndex: place.partition,
      acknowledgementBatches: toBatches(types),
    })),
  }));
}

function byPartition<T extends { readonly partitionIndex: number }>(
  topics: readonly { readonly topicId: string; readonly partitions: readonly T[] }[],
): Map<string, T> {
  return new Map(
    topics.flatMap(({ topicId, partitions }) =>
      partitions.map((answer) => [`${topicId} ${answer.partitionIndex}`, answer] as const),
    ),
  );
}

function bytesOf(answers: Iterable<PartitionAnswer>): number {
  let bytes = 0;
  for (const { records } of answers) bytes += records?.length ?? 0;
  return bytes;
}

function keyOf({ topicId, partition }: SharePartition): string {
  return `${topicId} ${partition}`;
}

function sessionLost({ place }: PartitionAcknowledgements): KafkaError {
  return new KafkaError(
    'SHARE_SESSION_NOT_FOUND',
    `Cannot acknowledge records of ${partitionName(place)}: the session in which they were given out is over`,
  );
}

function outcomeError({ place }: PartitionAcknowledgements, error: unknown): AcknowledgeOutcome['error'] {
  const isKnown = error instanceof KafkaError || error instanceof ConnectionError || error instanceof TimeoutError;
  return isKnown
    ? error
    : new KafkaError('UNKNOWN_SERVER_ERROR', `Cannot acknowledge records of ${partitionName(place)}: ${error}`);
}
