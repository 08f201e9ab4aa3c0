// Where `groups reset-offsets` moves offsets to.

import { type Admin, type OffsetSpec, partitionName, type TopicPartition } from '../client/index.ts';
import { parseTime } from './time.ts';
import { UsageError } from './usage-error.ts';

export type OffsetTarget =
  | { readonly kind: 'spec'; readonly spec: OffsetSpec }
  | { readonly kind: 'offset'; readonly offset: bigint }
  | { readonly kind: 'shift'; readonly by: bigint };

export interface TargetOptions {
  readonly to: string | undefined;
  readonly toTime: string | undefined;
  readonly shiftBy: string | undefined;
}

export function readTarget({ to, toTime, shiftBy }: TargetOptions, nowMs: number): OffsetTarget {
  if ([to, toTime, shiftBy].filter((value) => value !== undefined).length !== 1) {
    throw new UsageError('Say where to: one of --to, --to-time and --shift-by');
  }
  if (toTime !== undefined) return { kind: 'spec', spec: parseTime(toTime, nowMs, 'to-time') };
  if (shiftBy !== undefined) {
    if (!/^[+-]?\d+$/.test(shiftBy)) throw new UsageError(`--shift-by cannot be ${shiftBy}: it is a whole number`);
    return { kind: 'shift', by: BigInt(shiftBy.replace('+', '')) };
  }
  if (to === 'earliest' || to === 'latest') return { kind: 'spec', spec: to };
  if (to === 'current') return { kind: 'shift', by: 0n };
  if (to !== undefined && /^\d+$/.test(to)) return { kind: 'offset', offset: BigInt(to) };
  throw new UsageError(`--to cannot be ${to}: write earliest, latest, current or an offset`);
}

/** The new offsets, each within what the partition holds. A shift starts at what is committed, or at the beginning. */
export async function chooseOffsets(
  admin: Admin,
  places: readonly TopicPartition[],
  committed: ReadonlyMap<string, bigint>,
  target: OffsetTarget,
  signal: AbortSignal,
): Promise<(TopicPartition & { readonly offset: bigint })[]> {
  const ask = async (spec: OffsetSpec) => {
    const found = await admin.listOffsets(
      places.map((place) => ({ ...place, spec })),
      { signal },
    );
    return found.map(({ offset, error }) => {
      if (error) throw error;
      return offset;
    });
  };
  const [starts, ends] = await Promise.all([ask('earliest'), ask('latest')]);
  const atSpec = target.kind === 'spec' ? await ask(target.spec) : [];
  return places.map(({ topic, partition }, index) => {
    const start = starts[index] ?? 0n;
    const end = ends[index] ?? start;
    let offset: bigint;
    // No record is that late: the end is where the next one will be.
    if (target.kind === 'spec') offset = atSpec[index] ?? end;
    else if (target.kind === 'offset') offset = target.offset;
    else offset = (committed.get(partitionName({ topic, partition })) ?? start) + target.by;
    return { topic, partition, offset: offset < start ? start : offset > end ? end : offset };
  });
}
