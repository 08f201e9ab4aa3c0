// Goes through the batches of a .log file with bounded reads, either their headers only or with their checksums.

import { crc32 } from 'node:zlib';
import type { DiskFile } from '../platform/index.ts';
import {
  BATCH_HEADER_BYTES,
  type BatchHeader,
  crc32c,
  InvalidRecordBatchError,
  LOG_OVERHEAD_BYTES,
  readBatchHeader,
} from '../protocol/index.ts';
import { LogCorruptError } from './log-error.ts';

/** A batch's header and where in the file it begins. */
export interface LocatedHeader {
  readonly header: BatchHeader;
  readonly position: number;
}

/** Why the bytes at a position of a file are no batch. */
export interface InvalidBatch {
  readonly position: number;
  readonly reason: string;
}

// Bytes of a CRC are at 17 of a magic 2 batch and count what follows them; before, they are at 12 and count from the magic byte on.
const CRC_START = [16, 16, 21] as const;
const HEADER_WINDOW_BYTES = 8 * 1024;
const CHECKSUM_WINDOW_BYTES = 256 * 1024;

/** A part of a file in memory, moved along as it is asked for other parts. */
export class FileWindow {
  readonly #file: DiskFile;
  readonly #end: number;
  readonly #bytes: Buffer;
  #start = 0;
  #length = 0;

  /** Sees the file's bytes below `end`, at most `windowBytes` at a time. */
  constructor(file: DiskFile, end: number, windowBytes: number) {
    this.#file = file;
    this.#end = end;
    this.#bytes = Buffer.allocUnsafe(Math.max(Math.min(windowBytes, end), BATCH_HEADER_BYTES));
  }

  /** At least `bytes` bytes from `position`, more when they are there; fewer only at the end. A view until the next call. */
  async at(position: number, bytes: number): Promise<Buffer> {
    const isInside = position >= this.#start && position + bytes <= this.#start + this.#length;
    if (!isInside) {
      const wanted = Math.max(Math.min(this.#bytes.length, this.#end - position), 0);
      this.#start = position;
      this.#length = await this.#file.read(this.#bytes.subarray(0, wanted), position);
    }
    return this.#bytes.subarray(position - this.#start, this.#length);
  }
}

/**
 * The header of the batch at `position` of a file that ends at `end`, or what is wrong there. Size, magic and the order of its offsets are
 * judged, the checksum is not.
 */
export async function headerAt(window: FileWindow, position: number, end: number): Promise<BatchHeader | InvalidBatch> {
  const bytes = await window.at(position, Math.min(BATCH_HEADER_BYTES, end - position));
  let header: BatchHeader;
  try {
    header = readBatchHeader(bytes, 0);
  } catch (error) {
    if (!(error instanceof InvalidRecordBatchError)) throw error;
    return { position, reason: error.message };
  }
  if (header.lastOffset < header.baseOffset)
    return { position, reason: `the batch claims offsets ${header.baseOffset} to ${header.lastOffset}` };
  if (position + header.sizeInBytes > end) {
    return { position, reason: `the batch claims ${header.sizeInBytes} bytes, the file has ${end - position} left` };
  }
  return header;
}

export function isInvalidBatch(result: BatchHeader | InvalidBatch): result is InvalidBatch {
  return 'reason' in result;
}

/** The headers of the batches from `start`, which must be the start of one, to `end`. Throws `LogCorruptError` at what is no batch. */
export async function* scanHeaders(file: DiskFile, start: number, end: number): AsyncGenerator<LocatedHeader> {
  const window = new FileWindow(file, end, HEADER_WINDOW_BYTES);
  let position = start;
  while (position < end) {
    const header = await headerAt(window, position, end);
    if (isInvalidBatch(header)) throw new LogCorruptError(file.path, position, header.reason);
    yield { header, position };
    position += header.sizeInBytes;
  }
}

/** Reads batch after batch, with every byte checked, and tells where that stops being possible. */
export class CheckedScan {
  readonly #window: FileWindow;
  readonly #end: number;

  constructor(file: DiskFile, end: number) {
    this.#end = end;
    this.#window = new FileWindow(file, end, CHECKSUM_WINDOW_BYTES);
  }

  /** The batch at `position`, or why there is none. */
  async batchAt(position: number): Promise<BatchHeader | InvalidBatch> {
    const header = await headerAt(this.#window, position, this.#end);
    if (isInvalidBatch(header)) return header;
    const crc = await this.#checksum(position, header);
    if (crc === header.crc) return header;
    return {
      position,
      reason: `the CRC of the batch at offset ${header.baseOffset} is ${header.crc}, its bytes give ${crc}`,
    };
  }

  /** The bytes of the file from `position` on, at most 256 KiB. A view until the next call. */
  async bytesAt(position: number, length: number): Promise<Buffer> {
    return (await this.#window.at(position, Math.min(length, CHECKSUM_WINDOW_BYTES))).subarray(0, length);
  }

  async #checksum(position: number, header: BatchHeader): Promise<number> {
    const end = position + LOG_OVERHEAD_BYTES + header.batchLength;
    let next = position + (CRC_START[header.magic] ?? 0);
    let crc = 0;
    while (next < end) {
      // A whole batch at once where it fits: then the next header is mostly in memory too.
      const bytes = await this.#window.at(next, Math.min(end - next, CHECKSUM_WINDOW_BYTES));
      if (bytes.length === 0) break;
      const count = Math.min(bytes.length, end - next);
      crc = header.magic === 2 ? crc32c(bytes, 0, count, crc) : crc32(bytes.subarray(0, count), crc);
      next += count;
    }
    return crc;
  }
}
