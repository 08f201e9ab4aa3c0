// The names of files in the metadata log's directory, as Kafka's.

/** `00000000000000000042.log`: the segment whose first offset is 42. */
export function segmentName(baseOffset: bigint): string {
  return `${padded(baseOffset)}.log`;
}

/** `00000000000000000042-0000000003.checkpoint`: the snapshot of everything below offset 42, taken in epoch 3. */
export function snapshotName(endOffset: bigint, epoch: number): string {
  return `${padded(endOffset)}-${String(epoch).padStart(10, '0')}.checkpoint`;
}

/** What a snapshot is called until it is complete. */
export const PARTIAL_SUFFIX = '.part';

export type LogFile =
  | { readonly kind: 'segment'; readonly name: string; readonly baseOffset: bigint }
  | { readonly kind: 'snapshot'; readonly name: string; readonly endOffset: bigint; readonly epoch: number }
  | { readonly kind: 'partial'; readonly name: string };

/** Undefined for files that are none of the log's. */
export function parseFileName(name: string): LogFile | undefined {
  const segment = /^(\d{20})\.log$/.exec(name);
  if (segment !== null) return { kind: 'segment', name, baseOffset: BigInt(segment[1] ?? '') };
  const snapshot = /^(\d{20})-(\d{10})\.checkpoint$/.exec(name);
  if (snapshot !== null) {
    return { kind: 'snapshot', name, endOffset: BigInt(snapshot[1] ?? ''), epoch: Number(snapshot[2]) };
  }
  return name.endsWith(`.checkpoint${PARTIAL_SUFFIX}`) ? { kind: 'partial', name } : undefined;
}

function padded(offset: bigint): string {
  return String(offset).padStart(20, '0');
}
