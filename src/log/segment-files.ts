// Names of the files of a segment, as Apache Kafka gives them: the base offset in 20 digits, and what the file holds.

export type SegmentFileKind = 'log' | 'index' | 'timeindex' | 'txnindex' | 'snapshot';

/** What stands behind the kind while a file is on its way out or in. */
export type SegmentFileSuffix = '' | '.deleted' | '.cleaned' | '.swap';

export interface SegmentFileName {
  readonly offset: bigint;
  readonly kind: SegmentFileKind;
  readonly suffix: SegmentFileSuffix;
}

/** The files that go with a segment's data. The snapshot of the same offset belongs to the producers, not to the segment. */
export const SEGMENT_KINDS = ['log', 'index', 'timeindex', 'txnindex'] as const satisfies readonly SegmentFileKind[];

export function segmentFileName(offset: bigint, kind: SegmentFileKind): string {
  return `${offset.toString().padStart(20, '0')}.${kind}`;
}

const PATTERN = /^(\d{1,20})\.(log|index|timeindex|txnindex|snapshot)(\.deleted|\.cleaned|\.swap)?$/;

/** Undefined for a name that is no segment file's. */
export function parseSegmentFileName(name: string): SegmentFileName | undefined {
  const match = PATTERN.exec(name);
  if (match === null) return undefined;
  const [, digits = '', kind, suffix = ''] = match;
  return { offset: BigInt(digits), kind: kind as SegmentFileKind, suffix: suffix as SegmentFileSuffix };
}
