// Which leader epoch began at which offset.
export interface EpochEntry {
  readonly leaderEpoch: number;
  readonly startOffset: bigint;
}
export declare class LeaderEpochs {
  assign(leaderEpoch: number, startOffset: bigint): void;
  get latest(): EpochEntry | undefined;
  epochOf(offset: bigint): number;
  endOffsetFor(leaderEpoch: number, logEndOffset: bigint): { leaderEpoch: number; endOffset: bigint } | undefined;
}
