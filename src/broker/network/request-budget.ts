// What all connections of a broker together may hold: bytes of requests that are read or worked on and of answers that were not taken, and requests
// that wait for their turn. While there is no room, nothing more is read, but for one connection whose request is half there: were it not
// read to its end, nothing that was held for it would ever be given back.

export interface RequestBudgetOptions {
  readonly maxBytes: number;
  /** `queued.max.requests`. */
  readonly maxQueuedRequests: number;
}

/** Who reads requests. */
export interface BudgetedReader {
  /** Whether a request has arrived in part. */
  readonly isWithinRequest: boolean;
  /** Whether the requests that it holds, with all that is still to come of them, are small together. */
  readonly isSmall: boolean;
  /** There may be room again. */
  onRoom(): void;
}

/** What one connection holds. */
export interface Holding {
  readonly bytes: number;
  readonly queuedRequests: number;
  readonly isSmall: boolean;
}

/** Bytes that are set aside. */
export interface ByteGrant extends Disposable {
  readonly bytes: number;
}

/** What a connection may hold, or have announced, for its requests to count as small. */
export const SMALL_BYTES = 64 * 1024;
/** The part of the budget that small requests have, whatever large ones hold: these may go beyond theirs by what each connection reads at a time. */
const PART_FOR_SMALL = 1 / 8;

export class RequestBudget {
  readonly #options: RequestBudgetOptions;
  /** Those that wait for room, longest first. */
  readonly #waiting = new Set<BudgetedReader>();
  /** Those that wait for room and hold little. */
  readonly #waitingSmall = new Set<BudgetedReader>();
  /** Those of either whose request is half there. */
  readonly #halfway = new Set<BudgetedReader>();
  /** The one that may read although there is no room. */
  #favoured: BudgetedReader | undefined;
  #usedBytes = 0;
  /** Of these, the ones of small requests. */
  #smallBytes = 0;
  #queuedRequests = 0;

  constructor(options: RequestBudgetOptions) {
    this.#options = options;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get queuedRequests(): number {
    return this.#queuedRequests;
  }

  /** Whether so many requests wait that a connection with one of them should send no more. */
  get hasLongQueue(): boolean {
    return this.#queuedRequests >= this.#options.maxQueuedRequests;
  }

  /** Whether others wait for room that this one may hold: for what a small one holds, small ones. */
  isShortBeside(reader: BudgetedReader): boolean {
    const own = this.#waiting.has(reader) || this.#waitingSmall.has(reader) ? 1 : 0;
    return this.#waitingSmall.size + (reader.isSmall ? 0 : this.#waiting.size) > own;
  }

  /** What a connection holds has changed. */
  change(before: Holding, now: Holding): void {
    this.#queuedRequests += now.queuedRequests - before.queuedRequests;
    if (before.isSmall) this.#smallBytes -= before.bytes;
    if (now.isSmall) this.#smallBytes += now.bytes;
    this.#usedBytes += now.bytes - before.bytes;
    if (now.bytes < before.bytes || before.isSmall !== now.isSmall) this.#giveRoom();
  }

  /** Whether it may be read from. Where it may not, `onRoom` is called when that may have changed. */
  mayRead(reader: BudgetedReader): boolean {
    const { isSmall } = reader;
    if (isSmall ? this.#hasRoomForSmall : this.#hasRoom) {
      this.#forget(reader);
      return true;
    }
    if (this.#favoured === reader && !reader.isWithinRequest) this.#forget(reader);
    (isSmall ? this.#waitingSmall : this.#waiting).add(reader);
    if (reader.isWithinRequest) this.#halfway.add(reader);
    this.#favour();
    return this.#favoured === reader;
  }

  /** The connection is closed. */
  leave(reader: BudgetedReader): void {
    this.#forget(reader);
    this.#favour();
  }

  /** Sets aside up to so many bytes, as far as there are any, until it is disposed of. */
  grant(bytes: number): ByteGrant {
    const granted = Math.max(0, Math.min(bytes, this.#options.maxBytes - this.#usedBytes));
    this.#usedBytes += granted;
    let isHeld = true;
    return {
      bytes: granted,
      [Symbol.dispose]: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#usedBytes -= granted;
        this.#giveRoom();
      },
    };
  }

  get #hasRoom(): boolean {
    return this.#usedBytes < this.#options.maxBytes * (1 - PART_FOR_SMALL);
  }

  get #hasRoomForSmall(): boolean {
    const { maxBytes } = this.#options;
    return this.#usedBytes < maxBytes || this.#smallBytes < maxBytes * PART_FOR_SMALL;
  }

  #giveRoom(): void {
    for (const reader of this.#waitingSmall) {
      if (!this.#hasRoomForSmall) return;
      this.#forget(reader);
      reader.onRoom();
    }
    for (const reader of this.#waiting) {
      if (!this.#hasRoom) return;
      this.#forget(reader);
      reader.onRoom();
    }
  }

  #favour(): void {
    const [longest] = this.#halfway;
    if (this.#favoured !== undefined || longest === undefined) return;
    this.#favoured = longest;
    longest.onRoom();
  }

  #forget(reader: BudgetedReader): void {
    this.#waiting.delete(reader);
    this.#waitingSmall.delete(reader);
    this.#halfway.delete(reader);
    if (this.#favoured === reader) this.#favoured = undefined;
  }
}
