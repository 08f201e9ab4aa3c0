// The cluster's metadata as a state machine of the coordinator runtime: the image that operations decide on, which may be ahead of what is
// committed.

import type { OperationResult, ReplayContext, ShardContext, StateMachine } from '../../coordinator/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import { applyRecords, EMPTY_IMAGE, type MetadataImage } from '../image/metadata-image.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import type { Decision } from './decision.ts';

/** Records that a load applies together: each group costs a copy of the touched nodes. */
const LOAD_GROUP = 10_000;
/** The largest record holds a config value of 32 KB: so many need not be measured before they are applied. */
const ALWAYS_FITTING_RECORDS = 100;

export class MetadataState implements StateMachine<MetadataRecord> {
  #image: MetadataImage = EMPTY_IMAGE;
  #loading: MetadataRecord[] = [];
  /** Where the records of an open transaction begin among those that are loading: Apache Kafka bootstraps a cluster in one. */
  #transactionStart: number | undefined;
  readonly #context: ShardContext<MetadataRecord>;
  readonly #options: { endOffset(): bigint; onLoaded(image: MetadataImage): void };

  constructor(
    context: ShardContext<MetadataRecord>,
    options: {
      /** Of the log, when it is loaded. */
      endOffset(): bigint;
      onLoaded(image: MetadataImage): void;
    },
  ) {
    this.#context = context;
    this.#options = options;
  }

  get image(): MetadataImage {
    return this.#image;
  }

  replay(record: MetadataRecord, context: ReplayContext): void {
    if (!context.isLoading) throw new Error('Operations on the metadata apply their records themselves');
    switch (record.type) {
      case 'BeginTransactionRecord':
        this.#transactionStart = this.#loading.length;
        return;
      case 'EndTransactionRecord':
        this.#transactionStart = undefined;
        break;
      case 'AbortTransactionRecord':
        this.#loading.length = this.#transactionStart ?? this.#loading.length;
        this.#transactionStart = undefined;
        break;
      default:
        this.#loading.push(record);
    }
    if (this.#loading.length >= LOAD_GROUP && this.#transactionStart === undefined) this.#applyLoaded();
  }

  onLoaded(): void {
    // A transaction that never ended counts as aborted.
    this.#loading.length = this.#transactionStart ?? this.#loading.length;
    this.#applyLoaded();
    this.#image = applyRecords(this.#image, [], this.#options.endOffset());
    this.#options.onLoaded(this.#image);
  }

  /**
   * Makes an operation of the runtime of a decision: its records are applied here, and `onApplied` gets the image with them. Divisible
   * records may be split by a crash.
   */
  perform<Response>(
    decide: (image: MetadataImage) => Decision<Response>,
    onApplied: (image: MetadataImage) => void,
    { isDivisible = false } = {},
  ): OperationResult<MetadataRecord, Response> {
    const before = this.#image;
    const { records, response } = decide(before);
    if (!isDivisible && records.length > ALWAYS_FITTING_RECORDS && !this.#context.fits(records)) {
      throw new KafkaError('POLICY_VIOLATION', 'The request changes too much at once');
    }
    this.#image = applyRecords(before, records);
    onApplied(this.#image);
    return { records, response, isApplied: true, isDivisible };
  }

  #applyLoaded(): void {
    this.#image = applyRecords(this.#image, this.#loading);
    this.#loading = [];
  }
}
