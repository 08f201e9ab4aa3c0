// The answer for one partition of a Produce request. It hears from the storage what became of the append: with thousands of them under way, a promise and
// closures for each would cost more than the append itself. Hot path: `bench/durable-produce.ts`.

import {
  errorCode,
  InvalidRecordBatchError,
  type KafkaError,
  type produce,
  type ResponseInput,
} from '../protocol/index.ts';
import type { AppendListener, AppendResult } from '../storage/index.ts';
import type { RequestContext } from './handler.ts';
import { asKafkaError } from './kafka-error.ts';

type PartitionResponse = ResponseInput<typeof produce>['responses'][number]['partitionResponses'][number];

/** The answers of one request that are not complete. */
export class OpenAnswers {
  readonly context: RequestContext;
  #count = 0;
  #resolve: (() => void) | undefined;

  constructor(context: RequestContext) {
    this.context = context;
  }

  begin(): void {
    this.#count++;
  }

  end(): void {
    this.#count--;
    if (this.#count === 0) this.#resolve?.();
  }

  /** Resolves when all that were begun have ended. To be called once, when all are begun. */
  allEnded(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }
}

export class PartitionAnswer implements AppendListener, PartitionResponse {
  readonly index: number;
  // All fields from the beginning, so that all answers have one shape.
  errorCode = 0;
  baseOffset = -1n;
  logAppendTimeMs = -1n;
  logStartOffset = -1n;
  errorMessage: string | null = null;
  recordErrors: PartitionResponse['recordErrors'] = NO_RECORD_ERRORS;
  currentLeader: PartitionResponse['currentLeader'] = undefined;
  /** Undefined once the answer is complete. */
  #open: OpenAnswers | undefined;
  #topic = '';
  #bytes = 0;

  constructor(index: number, open: OpenAnswers) {
    this.index = index;
    this.#open = open;
    open.begin();
  }

  /** Makes it the listener of an append of so many bytes. */
  of(topic: string, bytes: number): this {
    this.#topic = topic;
    this.#bytes = bytes;
    return this;
  }

  appended({ baseOffset, lastOffset, logAppendTimeMs, logStartOffset }: AppendResult): void {
    const context = this.#open?.context;
    if (context === undefined) return;
    context.services.traffic.produced(context, this.#topic, Number(lastOffset - baseOffset) + 1, this.#bytes);
    this.baseOffset = baseOffset;
    this.logAppendTimeMs = logAppendTimeMs;
    this.logStartOffset = logStartOffset;
    this.#end();
  }

  refused(error: unknown): void {
    const context = this.#open?.context;
    if (context === undefined) return;
    context.services.traffic.produceFailed(this.#topic);
    this.fail(asKafkaError(error, context));
  }

  /** There will be no append. */
  fail(error: KafkaError, currentLeader?: PartitionResponse['currentLeader']): void {
    if (this.#open === undefined) return;
    Object.assign(this, failedPartition(this.index, error));
    this.currentLeader = currentLeader;
    this.#end();
  }

  #end(): void {
    this.#open?.end();
    this.#open = undefined;
  }
}

const NO_RECORD_ERRORS: NonNullable<PartitionResponse['recordErrors']> = [];

export function failedPartition(index: number, error: KafkaError) {
  const recordErrors = error instanceof InvalidRecordBatchError ? error.recordErrors : [];
  return {
    index,
    errorCode: errorCode(error.code),
    baseOffset: -1n,
    logAppendTimeMs: -1n,
    logStartOffset: -1n,
    errorMessage: error.message,
    recordErrors: recordErrors.map(({ batchIndex, message }) => ({ batchIndex, batchIndexErrorMessage: message })),
  };
}
