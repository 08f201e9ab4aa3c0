// The appends of one partition that wait for their durability, in the order of their offsets.

import type { AppendResult, Durability } from '../engine.ts';

export interface PendingAppend {
  /** The offset after its last record. */
  readonly endOffset: bigint;
  readonly durability: Durability;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: Error) => void;
  readonly result: AppendResult;
}

/** A chain rather than an array: a partition that nobody writes to costs two fields. */
export class PendingAppends {
  #first: Node | undefined;
  #last: Node | undefined;

  push(append: PendingAppend): void {
    const node: Node = { append, next: undefined };
    if (this.#last === undefined) this.#first = node;
    else this.#last.next = node;
    this.#last = node;
  }

  /**
   * Takes off what has reached its durability; one that has not holds back all behind it, so that readers never see an offset
   * before those below it may be seen.
   */
  takeReached(writtenEndOffset: bigint, syncedEndOffset: bigint): PendingAppend[] {
    const reached: PendingAppend[] = [];
    while (this.#first !== undefined) {
      const { append } = this.#first;
      if (append.endOffset > (append.durability === 'synced' ? syncedEndOffset : writtenEndOffset)) break;
      reached.push(append);
      this.#first = this.#first.next;
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
    for (let node = this.#first; node !== undefined; node = node.next) all.push(node.append);
    this.#first = undefined;
    this.#last = undefined;
    return all;
  }
}

interface Node {
  readonly append: PendingAppend;
  next: Node | undefined;
}
