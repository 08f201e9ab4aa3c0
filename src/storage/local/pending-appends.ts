// The appends of one partition that wait for their durability, in the order of their offsets.

import type { AppendListener, AppendResult, Durability } from '../engine.ts';

/** An append and its place in the chain in one: under load there are thousands of them. */
export class PendingAppend implements AppendResult {
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  readonly logAppendTimeMs: bigint;
  readonly logStartOffset: bigint;
  /** What has to have the durability: the offset after the last record that was in the log when it was asked for. */
  readonly endOffset: bigint;
  readonly durability: Durability;
  readonly listener: AppendListener;
  next: PendingAppend | undefined = undefined;

  constructor(
    { baseOffset, lastOffset, logAppendTimeMs }: Omit<AppendResult, 'logStartOffset'>,
    logStartOffset: bigint,
    endOffset: bigint,
    durability: Durability,
    listener: AppendListener,
  ) {
    this.baseOffset = baseOffset;
    this.lastOffset = lastOffset;
    this.logAppendTimeMs = logAppendTimeMs;
    this.logStartOffset = logStartOffset;
    this.endOffset = endOffset;
    this.durability = durability;
    this.listener = listener;
  }
}

/** A chain rather than an array: a partition that nobody writes to costs two fields. */
export class PendingAppends {
  #first: PendingAppend | undefined;
  #last: PendingAppend | undefined;

  push(append: PendingAppend): void {
    if (this.#last === undefined) this.#first = append;
    else this.#last.next = append;
    this.#last = append;
  }

  /**
   * Takes off what has reached its durability; one that has not holds back all behind it, so that readers never see an offset
   * before those below it may be seen.
   */
  takeReached(writtenEndOffset: bigint, syncedEndOffset: bigint): PendingAppend[] {
    const reached: PendingAppend[] = [];
    for (let append = this.#first; append !== undefined; append = this.#first) {
      if (append.endOffset > (append.durability === 'synced' ? syncedEndOffset : writtenEndOffset)) break;
      reached.push(append);
      this.#first = append.next;
      append.next = undefined;
    }
    if (this.#first === undefined) this.#last = undefined;
    return reached;
  }

  /** Takes off, from the end, what the log will not keep. */
  takeBeyond(endOffset: bigint): PendingAppend[] {
    const beyond: PendingAppend[] = [];
    for (const append of this.takeAll()) {
      if (append.endOffset > endOffset) beyond.push(append);
      else this.push(append);
    }
    return beyond;
  }

  takeAll(): PendingAppend[] {
    const all: PendingAppend[] = [];
    for (let append = this.#first; append !== undefined; ) {
      const { next } = append;
      append.next = undefined;
      all.push(append);
      append = next;
    }
    this.#first = undefined;
    this.#last = undefined;
    return all;
  }
}
