// Which leader epoch began at which offset, so that a client can tell whether the log was cut behind its back (KIP-101, KIP-320).

export interface EpochEntry {
  readonly leaderEpoch: number;
  readonly startOffset: bigint;
}

export class LeaderEpochs {
  /** Epochs and start offsets both rise. */
  #entries: EpochEntry[];
  #isDirty = false;

  constructor(entries: readonly EpochEntry[] = []) {
    this.#entries = [...entries];
  }

  /** Starts from what a checkpoint holds. */
  load(entries: readonly EpochEntry[]): void {
    this.#entries = [...entries];
    this.#isDirty = false;
  }

  get entries(): readonly EpochEntry[] {
    return this.#entries;
  }

  get latest(): EpochEntry | undefined {
    return this.#entries.at(-1);
  }

  /** Whether it changed since `takeDirty`. */
  get isDirty(): boolean {
    return this.#isDirty;
  }

  /** The entries to save, which count as saved from now on; undefined when nothing changed. */
  takeDirty(): readonly EpochEntry[] | undefined {
    if (!this.#isDirty) return undefined;
    this.#isDirty = false;
    return [...this.#entries];
  }

  /** What `takeDirty` gave could not be saved. */
  markDirty(): void {
    this.#isDirty = true;
  }

  /** The epoch begins at this offset. Entries that contradict it go; the epoch that is the latest already changes nothing. */
  assign(leaderEpoch: number, startOffset: bigint): void {
    const latest = this.latest;
    if (latest !== undefined && latest.leaderEpoch === leaderEpoch && startOffset >= latest.startOffset) return;
    const before = this.#entries.filter((entry) => entry.leaderEpoch < leaderEpoch && entry.startOffset < startOffset);
    // An array of the right size: `push` and a spread would make room for many, in each of very many logs.
    this.#entries = before.concat({ leaderEpoch, startOffset });
    this.#isDirty = true;
  }

  /** A leader begins here, before its first record. A log that knows a newer epoch keeps what it knows. */
  begin(leaderEpoch: number, startOffset: bigint): void {
    if (leaderEpoch > (this.latest?.leaderEpoch ?? -1)) this.assign(leaderEpoch, startOffset);
  }

  /** Takes over what another log has, which counts as changed. */
  copyFrom({ entries }: LeaderEpochs): void {
    this.load(entries);
    this.markDirty();
  }

  /** The epoch in which the offset was or will be written; -1 when unknown. */
  epochOf(offset: bigint): number {
    return this.#entries.findLast((entry) => entry.startOffset <= offset)?.leaderEpoch ?? -1;
  }

  /**
   * The largest known epoch that is at most `leaderEpoch`, and where it ended: where the next one began, or the log's end. An epoch older than all
   * known ones ended where the first of these began. Undefined for one that is newer than all.
   */
  endOffsetFor(leaderEpoch: number, logEndOffset: bigint): { leaderEpoch: number; endOffset: bigint } | undefined {
    const latest = this.latest;
    if (latest === undefined || leaderEpoch < 0) return undefined;
    if (latest.leaderEpoch === leaderEpoch) return { leaderEpoch, endOffset: logEndOffset };
    const next = this.#entries.findIndex((entry) => entry.leaderEpoch > leaderEpoch);
    const higher = this.#entries[next];
    if (higher === undefined) return undefined;
    return { leaderEpoch: this.#entries[next - 1]?.leaderEpoch ?? leaderEpoch, endOffset: higher.startOffset };
  }

  /** The log ends at this offset: epochs that begin there or later never wrote anything. */
  truncateFromEnd(endOffset: bigint): void {
    this.#replace(this.#entries.filter((entry) => entry.startOffset < endOffset));
  }

  /** The log starts at this offset: of the epochs that began before it, the last one stays and begins there. */
  truncateFromStart(startOffset: bigint): void {
    const before = this.#entries.filter((entry) => entry.startOffset <= startOffset);
    const last = before.at(-1);
    if (last === undefined || (before.length === 1 && last.startOffset === startOffset)) return;
    this.#entries = [{ leaderEpoch: last.leaderEpoch, startOffset }, ...this.#entries.slice(before.length)];
    this.#isDirty = true;
  }

  clear(): void {
    this.#replace([]);
  }

  #replace(entries: EpochEntry[]): void {
    if (entries.length === this.#entries.length) return;
    this.#entries = entries;
    this.#isDirty = true;
  }
}
