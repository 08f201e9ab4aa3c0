// The batches of a .log file, or of a snapshot of the metadata log, with their records.

import { basename, dirname } from 'node:path';
import { scanHeaders } from '../../log/index.ts';
import type { DiskFile } from '../../platform/index.ts';
import {
  type BatchHeader,
  isControl,
  KafkaError,
  MalformedMessageError,
  type RecordView,
  readBatchHeader,
  readRecords,
  validateBatch,
} from '../../protocol/index.ts';
import { chooseDecoder, decodeControlRecord } from './decode-record.ts';
import type { DecodedRecord, DumpEntry, DumpOptions } from './dump-entry.ts';

/** One batch is in memory at a time. */
export async function* dumpSegment(
  file: DiskFile,
  sizeInBytes: number,
  options: DumpOptions,
): AsyncGenerator<DumpEntry, void> {
  const decoder = chooseDecoder(options.decoder, basename(dirname(file.path)));
  const headers = scanHeaders(file, 0, sizeInBytes);
  let count = 0;
  let endOffset: bigint | undefined;
  for (;;) {
    const next = await nextHeader(headers);
    if (next === undefined) return;
    if (typeof next === 'string') {
      yield { kind: 'damage', message: next };
      return;
    }
    const { header, position } = next;
    if (endOffset !== undefined && header.baseOffset < endOffset) {
      yield {
        kind: 'damage',
        message: `the batch at byte ${position} begins at offset ${header.baseOffset}, the one before ended at ${endOffset - 1n}`,
      };
    }
    endOffset = header.lastOffset + 1n;
    if (header.lastOffset < options.fromOffset) continue;
    if (count++ >= options.maxBatches) return;
    const bytes = Buffer.allocUnsafe(header.sizeInBytes);
    await file.read(bytes, position);
    const reason = whyInvalid(bytes);
    yield { kind: 'batch', header, position, isValid: reason === undefined };
    if (reason !== undefined)
      yield { kind: 'damage', message: `the batch at offset ${header.baseOffset}, byte ${position}: ${reason}` };
    else if (options.withRecords) yield* dumpRecords(bytes, decoder);
  }
}

type Located = { readonly header: BatchHeader; readonly position: number };

/** Undefined at the end; text: what is wrong there. Errors of the disk are passed on. */
async function nextHeader(headers: AsyncGenerator<Located>): Promise<Located | string | undefined> {
  try {
    const { done, value } = await headers.next();
    return done ? undefined : value;
  } catch (error) {
    if (!(error instanceof Error) || 'syscall' in error) throw error;
    return error.message;
  }
}

function whyInvalid(bytes: Buffer): string | undefined {
  try {
    validateBatch(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof KafkaError) return error.message;
    throw error;
  }
}

function* dumpRecords(bytes: Buffer, decoder: ReturnType<typeof chooseDecoder>): Generator<DumpEntry, void> {
  const header = readBatchHeader(bytes);
  try {
    for (const record of readRecords(bytes, header)) {
      yield decode(record, isControl(header.attributes) ? decodeControlRecord : decoder);
    }
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    yield { kind: 'damage', message: `the records of the batch at offset ${header.baseOffset}: ${error.message}` };
  }
}

/** A record that its decoder cannot read is shown as it is: it may be of a newer version. */
function decode(
  record: RecordView,
  decoder: ((record: RecordView) => DecodedRecord | undefined) | undefined,
): DumpEntry {
  let decoded: DecodedRecord | undefined;
  try {
    decoded = decoder?.(record);
  } catch (error) {
    if (!(error instanceof MalformedMessageError || error instanceof KafkaError)) throw error;
  }
  return { kind: 'record', record, decoded };
}
