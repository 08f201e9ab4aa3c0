// What `log dump` finds in files: one entry for each line that it prints, or each JSON object.

import type { BatchHeader, RecordView } from '../../protocol/index.ts';

export type DumpEntry =
  | { readonly kind: 'file'; readonly path: string; readonly type: FileType; readonly sizeInBytes: number }
  | { readonly kind: 'batch'; readonly header: BatchHeader; readonly position: number; readonly isValid: boolean }
  | { readonly kind: 'record'; readonly record: RecordView; readonly decoded: DecodedRecord | undefined }
  /** An entry of an index or a snapshot, or a line of a text file. */
  | { readonly kind: 'entry'; readonly fields: Readonly<Record<string, string | number | bigint | null>> }
  /** Something that is not as it should be; reading may end there. */
  | { readonly kind: 'damage'; readonly message: string };

export type FileType =
  | 'batches'
  | 'offset index'
  | 'time index'
  | 'transaction index'
  | 'producer snapshot'
  | 'journal'
  | 'text';

/** A record of an internal topic, or a control record, in its own terms. */
export interface DecodedRecord {
  readonly name: string;
  readonly key: unknown;
  readonly value: unknown;
}

export interface DumpOptions {
  readonly withRecords: boolean;
  readonly decoder: DecoderName;
  /** Leave out batches that end before it. */
  readonly fromOffset: bigint;
  /** At most so many batches of a file. */
  readonly maxBatches: number;
}

export type DecoderName = 'auto' | 'none' | 'offsets' | 'transactions' | 'share' | 'metadata';
