// The transaction that a produce request writes to: its partitions are verified with the coordinator, or added to it, before anything is
// written (KIP-890). v12+ adds; v11 knows TRANSACTION_ABORTABLE.

import {
  BATCH_HEADER_BYTES,
  isTransactional,
  KafkaError,
  type produce,
  type RequestOf,
  readBatchHeader,
} from '../protocol/index.ts';
import type { HostedPartition, Partition } from '../storage/index.ts';
import { isAuthorized } from './authorization.ts';
import type { RequestContext } from './handler.ts';
import { asKafkaError } from './kafka-error.ts';
import { hostedPartition, topicName } from './partitions.ts';
import { produceVerificationError } from './transaction-errors.ts';
import type { TransactionSupport, VerificationGuard } from './transaction-verification.ts';

type ProduceRequest = RequestOf<typeof produce>;

interface Write {
  readonly hosted: HostedPartition;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  guard: VerificationGuard | undefined;
  refusal: KafkaError | undefined;
}

const FIRST_VERSION_WITH_IMPLICIT_ADD = 12;
const FIRST_VERSION_WITH_ABORTABLE = 11;
/** Where a batch of magic 2 says what it is. */
const MAGIC_POSITION = 16;
const ATTRIBUTES_POSITION = 21;

/**
 * Undefined for a request without transactional records. Throws TRANSACTIONAL_ID_AUTHORIZATION_FAILED for a transactional id that the client may not
 * use, and INVALID_PRODUCER_ID_MAPPING for records of several producers.
 */
export function producedTransaction(request: ProduceRequest, context: RequestContext): ProducedTransaction | undefined {
  const writes: Write[] = [];
  let transactionalId: string | undefined;
  for (const topic of request.topicData) {
    for (const { index, records } of topic.partitionData) {
      // Hot path: two bytes tell that there is nothing to do.
      if (records === null || !isTransactionalBatch(records)) continue;
      transactionalId ??= requireTransactionalId(request.transactionalId, context);
      const hosted = findPartition(context, topic, index);
      if (hosted === undefined) continue;
      const { producerId, producerEpoch, baseSequence } = readBatchHeader(records);
      writes.push({ hosted, producerId, producerEpoch, baseSequence, guard: undefined, refusal: undefined });
    }
  }
  const [first] = writes;
  if (first === undefined || transactionalId === undefined) return undefined;
  const isOfOne = writes.every(
    (one) => one.producerId === first.producerId && one.producerEpoch === first.producerEpoch,
  );
  if (!isOfOne)
    throw new KafkaError('INVALID_PRODUCER_ID_MAPPING', 'Transactional records contained more than one producer ID');
  return new ProducedTransaction(transactionalId, writes, context);
}

function requireTransactionalId(transactionalId: string | null, context: RequestContext): string {
  if (transactionalId === null || !isAuthorized(context, 'write', 'transactionalId', transactionalId))
    throw new KafkaError('TRANSACTIONAL_ID_AUTHORIZATION_FAILED');
  return transactionalId;
}

export class ProducedTransaction {
  readonly #transactionalId: string;
  readonly #writes: readonly Write[];
  readonly #context: RequestContext;
  readonly #support: TransactionSupport;

  constructor(transactionalId: string, writes: readonly Write[], context: RequestContext) {
    this.#transactionalId = transactionalId;
    this.#writes = writes;
    this.#context = context;
    this.#support = supportOf(context.apiVersion);
  }

  /** Undefined where there is nothing to ask. Never rejects: what is refused is told by `requireAllowed`. */
  verify(): Promise<void> | undefined {
    const unloaded = this.#writes.filter(({ hosted }) => hosted.loaded === undefined);
    if (unloaded.length === 0) return this.#verifyLoaded();
    return Promise.allSettled(unloaded.map(({ hosted }) => hosted.load())).then(() => this.#verifyLoaded());
  }

  #verifyLoaded(): Promise<void> | undefined {
    const { transactionPartitions, transactionVerification } = this.#context.services;
    if (!transactionPartitions.mustAsk(this.#support)) return undefined;
    const unknown: Write[] = [];
    for (const write of this.#writes) {
      const { loaded } = write.hosted;
      // Why it could not be loaded is told by the append.
      if (loaded === undefined) continue;
      try {
        write.guard = transactionVerification.begin(loaded, write, write.baseSequence, this.#support);
        if (write.guard !== undefined) unknown.push(write);
      } catch (error) {
        write.refusal = asKafkaError(error, this.#context);
      }
    }
    return unknown.length === 0 ? undefined : this.#ask(this.#transactionalId, unknown);
  }

  /** Right before the append. Throws what the partition's records are refused with. */
  requireAllowed(partition: Partition): void {
    const write = this.#writeTo(partition);
    if (write === undefined) return;
    if (write.refusal !== undefined) throw write.refusal;
    const { transactionPartitions, transactionVerification } = this.#context.services;
    if (transactionPartitions.isVerified)
      transactionVerification.requireVerified(partition, write, write.baseSequence, write.guard);
  }

  /** Right after the append. */
  appended(partition: Partition): void {
    const write = this.#writeTo(partition);
    if (write !== undefined) this.#context.services.transactionVerification.appended(partition, write);
  }

  #writeTo(partition: Partition): Write | undefined {
    return this.#writes.find(({ hosted }) => hosted.loaded === partition);
  }

  async #ask(transactionalId: string, writes: readonly Write[]): Promise<void> {
    const [first] = writes;
    if (first === undefined) return;
    const { producerId, producerEpoch } = first;
    const partitions = writes.map(({ hosted: { topic, index } }) => ({ topic, partition: index }));
    const errors = await this.#context.services.transactionPartitions.ask(
      { transactionalId, producerId, producerEpoch, partitions },
      this.#support,
    );
    writes.forEach((write, index) => {
      const error = errors[index] ?? 'NONE';
      if (error !== 'NONE') write.refusal = produceVerificationError(error, this.#support);
    });
  }
}

function supportOf(apiVersion: number): TransactionSupport {
  if (apiVersion >= FIRST_VERSION_WITH_IMPLICIT_ADD) return 'add';
  return apiVersion >= FIRST_VERSION_WITH_ABORTABLE ? 'verify' : 'verify-with-old-errors';
}

/** Bytes that are no batch are left to the checks of the append. */
function isTransactionalBatch(records: Buffer): boolean {
  return (
    records.length >= BATCH_HEADER_BYTES &&
    records[MAGIC_POSITION] === 2 &&
    isTransactional(records.readInt16BE(ATTRIBUTES_POSITION))
  );
}

/** Undefined where the append will say why. */
function findPartition(
  context: RequestContext,
  topic: { readonly name: string; readonly topicId: string },
  index: number,
): HostedPartition | undefined {
  try {
    return hostedPartition(context.services, topicName(context, topic), index);
  } catch {
    return undefined;
  }
}
