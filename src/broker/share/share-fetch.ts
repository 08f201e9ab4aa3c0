// Reads the share partitions of one fetch and gives their records to a member, waiting for them when there are too few (long polling).

import type { Clock } from '../../platform/index.ts';
import {
  isControl,
  isTransactional,
  iterateBatches,
  KafkaError,
  readEndTransactionMarker,
  readRecords,
} from '../../protocol/index.ts';
import type { AbortedTransaction, Isolation, ReadOptions, ReadResult } from '../../storage/index.ts';
import type { ByteGrant } from '../network/request-budget.ts';
import type { AcquiredRecords, BatchSpan } from './acquire-records.ts';
import type { SharePartition } from './share-partition.ts';

export interface ShareFetchOptions {
  readonly memberId: string;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly maxRecords: number;
  readonly batchSize: number;
  readonly isRecordLimit: boolean;
  readonly isolation: Isolation;
  readonly clock: Clock;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Tells whether something went wrong meanwhile that is worth an answer. */
  hasFailure(): boolean;
  /** Sets memory aside for what is read, as far as there is any. */
  grant(bytes: number): ByteGrant;
}

export interface ShareRead {
  readonly error: KafkaError | undefined;
  readonly records: readonly Buffer[];
  readonly acquired: readonly AcquiredRecords[];
}

/** What the member has acquired, by share partition. Those without news are left out. */
export async function fetchShare(
  sharePartitions: readonly SharePartition[],
  options: ShareFetchOptions,
): Promise<Map<SharePartition, ShareRead>> {
  const isOver = () =>
    options.signal.aborted || options.hasFailure() || sharePartitions.some(({ isClosed }) => isClosed);
  const atOnce = await attempt(sharePartitions, options, options.maxWaitMs <= 0 || isOver());
  if (atOnce !== undefined) return atOnce;
  const news = new News(sharePartitions, options);
  try {
    for (;;) {
      const reads = await attempt(sharePartitions, options, news.isTimeUp || isOver(), news.onNews);
      if (reads !== undefined) return reads;
      await news.next();
    }
  } finally {
    news.stop();
  }
}

/** Undefined when there is too little, and it is not the last attempt. */
async function attempt(
  sharePartitions: readonly SharePartition[],
  options: ShareFetchOptions,
  isLast: boolean,
  onTurn?: () => void,
): Promise<Map<SharePartition, ShareRead> | undefined> {
  const begun: { readonly sharePartition: SharePartition; readonly fetchOffset: bigint }[] = [];
  for (const sharePartition of sharePartitions) {
    const fetchOffset = sharePartition.canAcquire ? sharePartition.beginRead(onTurn) : undefined;
    if (fetchOffset !== undefined) begun.push({ sharePartition, fetchOffset });
  }
  // From the answer on, the connection holds the records.
  using memory = options.grant(begun.length === 0 ? 0 : options.maxBytes);
  const maxBytes = memory.bytes;
  try {
    const share = Math.max(1, Math.floor(maxBytes / Math.max(1, begun.length)));
    const reads: { sharePartition: SharePartition; fetchOffset: bigint; result: ReadResult | KafkaError }[] = [];
    let bytes = 0;
    let hasError = false;
    // As in a Fetch, only the first batch may be larger than what is asked for: another partition is the first one next time.
    for (const { sharePartition, fetchOffset } of begun) {
      const limits = { maxBytes: Math.max(0, Math.min(share, maxBytes - bytes)), minOneBatch: bytes === 0 };
      const result = await read(sharePartition, { ...limits, offset: fetchOffset, isolation: options.isolation });
      if (result instanceof KafkaError) hasError = true;
      else bytes += result.sizeInBytes;
      reads.push({ sharePartition, fetchOffset, result });
    }
    const isEnough = hasError || (reads.length > 0 && bytes >= options.minBytes);
    if (!isEnough && !isLast) return undefined;
    let left = options.maxRecords;
    const answers = new Map<SharePartition, ShareRead>();
    for (const { sharePartition, fetchOffset, result } of reads) {
      const answer = acquire(sharePartition, fetchOffset, result, { ...options, maxRecords: left });
      for (const { firstOffset, lastOffset } of answer.acquired) left -= Number(lastOffset - firstOffset) + 1;
      answers.set(sharePartition, answer);
    }
    return answers;
  } finally {
    for (const { sharePartition } of begun) sharePartition.endRead();
  }
}

async function read({ partition }: SharePartition, options: ReadOptions): Promise<ReadResult | KafkaError> {
  const { logEndOffset } = partition;
  // A power cut may have taken what the group is done with. Then there is nothing yet, and no reason to ask again at once.
  const offset = options.offset > logEndOffset ? logEndOffset : options.offset;
  try {
    return await partition.read({ ...options, offset });
  } catch (error) {
    if (error instanceof KafkaError) return error;
    throw error;
  }
}

function acquire(
  sharePartition: SharePartition,
  fetchOffset: bigint,
  result: ReadResult | KafkaError,
  { memberId, maxRecords, batchSize, isRecordLimit }: ShareFetchOptions,
): ShareRead {
  if (result instanceof KafkaError) {
    // The log has begun to forget what was to be read next. The next fetch goes on behind that.
    const isForgotten = result.code === 'OFFSET_OUT_OF_RANGE';
    if (isForgotten) sharePartition.onLogStartMoved();
    return { error: isForgotten ? undefined : result, records: [], acquired: [] };
  }
  const read = batchesOf(result);
  const acquired = sharePartition.acquire(
    { memberId, fetchOffset, batches: read.batches, maxRecords, batchSize, isRecordLimit },
    read.aborted,
  );
  const first = acquired[0]?.firstOffset;
  const last = acquired.at(-1)?.lastOffset;
  if (first === undefined || last === undefined) return { error: undefined, records: [], acquired };
  const records = read.batches.filter((batch) => batch.last >= first && batch.first <= last);
  return { error: undefined, records: records.map(({ bytes }) => bytes), acquired };
}

interface ReadBatch extends BatchSpan {
  readonly bytes: Buffer;
}

function batchesOf({ records, abortedTransactions }: ReadResult): { batches: ReadBatch[]; aborted: ReadBatch[] } {
  const batches: ReadBatch[] = [];
  const aborted: ReadBatch[] = [];
  const transactions = [...(abortedTransactions ?? [])].sort((one, other) =>
    Number(one.firstOffset - other.firstOffset),
  );
  const abortedProducers = new Set<bigint>();
  for (const chunk of records) {
    for (const header of iterateBatches(chunk)) {
      const { position, sizeInBytes, baseOffset: first, lastOffset: last, attributes, producerId } = header;
      const batch = { first, last, bytes: chunk.subarray(position, position + sizeInBytes) };
      batches.push(batch);
      if (transactions.length === 0 && abortedProducers.size === 0) continue;
      takeBegun(transactions, last, abortedProducers);
      if (isControl(attributes)) {
        const [marker] = readRecords(chunk, header);
        if (marker !== undefined && readEndTransactionMarker(marker)?.type === 'ABORT')
          abortedProducers.delete(producerId);
      } else if (isTransactional(attributes) && abortedProducers.has(producerId)) {
        aborted.push(batch);
      }
    }
  }
  return { batches, aborted };
}

/** Moves the producers of transactions that began up to `offset` from the one to the other. */
function takeBegun(transactions: AbortedTransaction[], offset: bigint, producers: Set<bigint>): void {
  for (let next = transactions[0]; next !== undefined && next.firstOffset <= offset; next = transactions[0]) {
    producers.add(next.producerId);
    transactions.shift();
  }
}

/** What may give a waiting fetch something to do: share partitions, the logs below them, and the end of its time. */
class News {
  readonly #stops: (() => void)[];
  #hasNews = false;
  #isTimeUp = false;
  #wake: (() => void) | undefined;

  constructor(
    sharePartitions: readonly SharePartition[],
    { clock, maxWaitMs, signal }: Pick<ShareFetchOptions, 'clock' | 'maxWaitMs' | 'signal'>,
  ) {
    const { onNews } = this;
    // Only the timer says that the time is up: it may be called a little before the clock says so.
    const timer = clock.schedule(maxWaitMs, () => {
      this.#isTimeUp = true;
      onNews();
    });
    signal.addEventListener('abort', onNews, { once: true });
    this.#stops = [
      ...sharePartitions.map((sharePartition) => sharePartition.watch(onNews)),
      ...sharePartitions.map(({ partition }) => partition.watch(onNews)),
      () => timer.cancel(),
      () => signal.removeEventListener('abort', onNews),
      ...sharePartitions.map((sharePartition) => () => sharePartition.giveUpTurn(onNews)),
    ];
  }

  readonly onNews = (): void => {
    this.#hasNews = true;
    this.#wake?.();
  };

  get isTimeUp(): boolean {
    return this.#isTimeUp;
  }

  /** Resolves when there has been something new since the last call. */
  async next(): Promise<void> {
    if (!this.#hasNews) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#hasNews = false;
    this.#wake = undefined;
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }
}
