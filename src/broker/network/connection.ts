// One client's connection: frames in, answers out in the order of the requests. Reading stops while the client does not
// take its answers, or while enough of its requests are waiting, so that no client makes the broker buffer without limit.

import type { Address, Stream } from '../../platform/index.ts';
import { FrameReader } from '../../protocol/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { Authentication } from '../security/authentication.ts';
import { type BudgetedReader, type Holding, type RequestBudget, SMALL_BYTES } from './request-budget.ts';

export interface ConnectionLimits {
  /** `socket.request.max.bytes`. */
  readonly maxRequestBytes: number;
  /** Requests of one connection that were read and not yet answered; then reading stops. */
  readonly maxPendingRequests: number;
  /** Bytes of the same requests; then reading stops. One request may be larger, and is then read when nothing else is pending. */
  readonly maxPendingBytes: number;
  /** Bytes of answers that the client has not taken; then reading stops and nothing new is started. */
  readonly maxUnsentBytes: number;
  /** `socket.request.receive.timeout.ms`. */
  readonly receiveTimeoutMs: number;
}

/** What the connection shares with all others. */
export interface ConnectionBudgets {
  readonly known: RequestBudget;
  /** Of those who have not proved who they are: they take nothing from the others. */
  readonly unknown: RequestBudget;
}

/** An encoded answer; null where the protocol has none (Produce with acks=0). */
export type Reply = readonly Buffer[] | null;

/** Turns frames into answers. */
export interface FrameHandler {
  /** Whether the request may be worked on while earlier ones for which this is true too are unfinished. */
  mayOverlap(frame: Buffer): boolean;
  /** Rejects or throws when the connection must be closed. */
  handle(frame: Buffer, connection: Connection): Reply | Promise<Reply>;
}

/** Requests that may wait while the client is not known. An honest one waits for each answer. */
const MAX_UNKNOWN_REQUESTS = 10;
/** A request that arrives more slowly is not waited for. */
const MIN_RECEIVED_BYTES_PER_MS = 16;

/** How long a pause in a large one may be while there is no room for requests of others, and in a small one while there is none for small ones. */
const LARGE_TIMEOUT_WHEN_SHORT_MS = 2000;
const SMALL_TIMEOUT_WHEN_SHORT_MS = 5000;
const NOTHING: Holding = { bytes: 0, queuedRequests: 0, isSmall: true };

interface Slot {
  readonly requestBytes: number;
  reply: Reply;
  isDone: boolean;
}

export class Connection implements BudgetedReader {
  readonly id: number;
  readonly remote: Address;
  /** The address of the client, an IPv4 address as such also where it came in through a socket for both families. */
  readonly host: string;
  readonly local: Address;
  readonly listenerName: string;
  readonly authentication: Authentication;
  /** What the client says that it is (KIP-511). */
  software = { name: 'unknown', version: 'unknown' };
  /** Aborted when the connection is closed, so that nothing waits on behalf of a client that is gone. */
  readonly signal: AbortSignal;
  /** Clock time (monotonic, ms) of the last request; for `connections.max.idle.ms`. */
  lastActiveMs = 0;
  readonly #stream: Stream;
  readonly #handler: FrameHandler;
  readonly #limits: ConnectionLimits;
  readonly #logger: Logger;
  readonly #reader: FrameReader;
  readonly #abort = new AbortController();
  readonly #now: () => number;
  readonly #onClosed: (connection: Connection) => void;
  readonly #budgets: ConnectionBudgets;
  /** The one that counts now. */
  #budget: RequestBudget;
  /** What it was told that this connection holds. */
  #held: Holding = NOTHING;
  /** Since when a request arrives that is not complete, without the times in which nothing was read. */
  #arrivingSinceMs: number | undefined;
  /** `write` has said that the stream holds answers back. */
  #isBackedUp = false;
  /** Frames that wait for their turn. */
  readonly #waiting: Buffer[] = [];
  /** Answers owed, oldest request first. */
  readonly #slots: Slot[] = [];
  #pendingBytes = 0;
  #runningMayOverlap = true;
  #mutes = 0;
  #isPaused = false;
  #isClosed = false;
  /** Set by `end`: answers that are owed still leave, then the connection closes. */
  #isEnding = false;

  constructor(options: {
    id: number;
    listenerName: string;
    stream: Stream;
    authentication: Authentication;
    handler: FrameHandler;
    limits: ConnectionLimits;
    budgets: ConnectionBudgets;
    logger: Logger;
    now: () => number;
    onClosed: (connection: Connection) => void;
  }) {
    this.id = options.id;
    this.remote = options.stream.remote;
    this.host = plainHost(options.stream.remote.host);
    this.local = options.stream.local;
    this.listenerName = options.listenerName;
    this.authentication = options.authentication;
    this.signal = this.#abort.signal;
    this.#stream = options.stream;
    this.#handler = options.handler;
    this.#limits = options.limits;
    this.#budgets = options.budgets;
    this.#budget = options.authentication.isComplete ? options.budgets.known : options.budgets.unknown;
    this.#logger = options.logger;
    this.#reader = this.#createReader();
    this.#now = options.now;
    this.lastActiveMs = options.now();
    this.#onClosed = options.onClosed;
    this.#stream.handle({
      onData: (chunk) => this.#receive(chunk),
      onDrain: () => {
        this.#isBackedUp = false;
        this.lastActiveMs = this.#now();
        this.#pump();
      },
      onClose: (error) => this.#closed(error),
    });
  }

  /** Requests that were read and not yet answered. */
  get pendingRequests(): number {
    return this.#waiting.length + this.#slots.length;
  }

  /** Bytes of the same requests, and of one that has not arrived whole. */
  get pendingBytes(): number {
    return this.#pendingBytes + this.#reader.bufferedBytes;
  }

  get isSmall(): boolean {
    return this.#pendingBytes + Math.max(this.#reader.announcedBytes, this.#reader.bufferedBytes) < SMALL_BYTES;
  }

  get isWithinRequest(): boolean {
    return this.#reader.bufferedBytes > 0;
  }

  /** Whether a request has begun to arrive and does not go on, or hardly. Sooner where others wait for the memory that it holds. */
  isStalled(nowMs: number): boolean {
    if (this.#arrivingSinceMs === undefined || this.#isPaused) return false;
    const { receiveTimeoutMs: longestMs } = this.#limits;
    const shortMs = this.isSmall ? SMALL_TIMEOUT_WHEN_SHORT_MS : LARGE_TIMEOUT_WHEN_SHORT_MS;
    const receiveTimeoutMs = this.#budget.isShortBeside(this) ? Math.min(longestMs, shortMs) : longestMs;
    const allowedMs = receiveTimeoutMs + this.#reader.bufferedBytes / MIN_RECEIVED_BYTES_PER_MS;
    const silentMs = nowMs - Math.max(this.lastActiveMs, this.#arrivingSinceMs);
    return silentMs > receiveTimeoutMs || nowMs - this.#arrivingSinceMs > allowedMs;
  }

  /** Whether nothing was asked, and none of what was answered was taken, since then. Who waits for an answer is not idle. */
  isIdleSince(timeMs: number): boolean {
    return this.lastActiveMs < timeMs && (this.pendingRequests === 0 || this.#isUnreadByClient());
  }

  /** The client has proved who it is: larger requests are taken from it. */
  admit(): void {
    this.#reader.limit(this.#limits.maxRequestBytes, 'socket.request.max.bytes');
    this.#leaveBudget();
    this.#budget = this.#budgets.known;
    this.#account();
  }

  onRoom(): void {
    this.#pump();
  }

  /** Reads and starts no further request until what it returns is called. Answers that are owed still leave. */
  mute(): () => void {
    this.#mutes++;
    this.#pump();
    let isMuted = true;
    return () => {
      if (!isMuted) return;
      isMuted = false;
      this.#mutes--;
      this.#pump();
    };
  }

  /** Closes at once, saying why in the log. */
  close(reason: string): void {
    if (this.#isClosed) return;
    this.#logger.warn({ peer: peerName(this.remote), listener: this.listenerName, reason }, 'closed a connection');
    this.#stream.destroy();
    this.#closed();
  }

  /** Sends the answers that are owed, then closes. What waits on behalf of the client ends now. */
  end(reason: string): void {
    this.#isEnding = true;
    for (const { length } of this.#waiting.splice(0)) this.#pendingBytes -= length;
    this.#abort.abort(new Error(reason));
    if (this.#slots.length === 0) this.#stream.end();
  }

  /** Closes at once and without a word: nobody is waiting for anything. */
  drop(): void {
    this.#stream.destroy();
    this.#closed();
  }

  #createReader(): FrameReader {
    const { maxRequestBytes } = this.authentication;
    if (maxRequestBytes !== undefined) return new FrameReader(maxRequestBytes, 'sasl.server.max.receive.size');
    return new FrameReader(this.#limits.maxRequestBytes, 'socket.request.max.bytes');
  }

  #receive(chunk: Buffer): void {
    if (this.#isClosed || this.#isEnding) return;
    this.lastActiveMs = this.#now();
    const waitedBefore = this.#waiting.length;
    try {
      this.#reader.push(chunk, (frame) => {
        this.#waiting.push(frame);
        this.#pendingBytes += frame.length;
      });
    } catch (error) {
      this.close(messageOf(error));
      return;
    }
    if (!this.isWithinRequest) this.#arrivingSinceMs = undefined;
    else if (this.#arrivingSinceMs === undefined || this.#waiting.length > waitedBefore) {
      this.#arrivingSinceMs = this.lastActiveMs;
    }
    this.#pump();
  }

  /** Starts what may start, and stops or resumes reading. */
  #pump(): void {
    while (this.#waiting.length > 0 && this.#mayStart()) this.#start(this.#waiting.shift() as Buffer);
    if (this.#isClosed) return;
    this.#account();
    const shouldPause = this.#mutes > 0 || this.#hasEnough() || this.#isUnreadByClient() || !this.#budget.mayRead(this);
    if (shouldPause === this.#isPaused) return;
    this.#isPaused = shouldPause;
    if (shouldPause) {
      this.#stream.pause();
      return;
    }
    if (this.#arrivingSinceMs !== undefined) this.#arrivingSinceMs = this.#now();
    this.#stream.resume();
  }

  /** Tells the budget what this connection holds now. */
  #account(): void {
    const bytes = this.pendingBytes + (this.#isBackedUp ? this.#stream.bufferedBytes : 0);
    const requests = this.#waiting.length;
    const { isSmall } = this;
    const before = this.#held;
    if (bytes === before.bytes && requests === before.queuedRequests && isSmall === before.isSmall) return;
    this.#held = { bytes, queuedRequests: requests, isSmall };
    this.#budget.change(before, this.#held);
  }

  #leaveBudget(): void {
    const before = this.#held;
    this.#held = NOTHING;
    this.#budget.change(before, NOTHING);
    this.#budget.leave(this);
  }

  #mayStart(): boolean {
    if (this.#isClosed || this.#mutes > 0 || this.#isUnreadByClient()) return false;
    if (this.#slots.length === 0) return true;
    return this.#runningMayOverlap && this.#handler.mayOverlap(this.#waiting[0] as Buffer);
  }

  #hasEnough(): boolean {
    if (!this.authentication.isComplete) return this.#waiting.length >= MAX_UNKNOWN_REQUESTS;
    if (this.#waiting.length > 0 && this.#budget.hasLongQueue) return true;
    return (
      this.pendingRequests >= this.#limits.maxPendingRequests || this.#pendingBytes >= this.#limits.maxPendingBytes
    );
  }

  #isUnreadByClient(): boolean {
    return this.#stream.bufferedBytes > this.#limits.maxUnsentBytes;
  }

  #start(frame: Buffer): void {
    this.#runningMayOverlap = this.#handler.mayOverlap(frame);
    const slot: Slot = { requestBytes: frame.length, reply: null, isDone: false };
    this.#slots.push(slot);
    let reply: Reply | Promise<Reply>;
    try {
      reply = this.#handler.handle(frame, this);
    } catch (error) {
      this.close(messageOf(error));
      return;
    }
    if (reply instanceof Promise) {
      reply.then(
        (late) => {
          this.#finish(slot, late);
          this.#pump();
        },
        (error) => this.close(messageOf(error)),
      );
    } else this.#finish(slot, reply);
  }

  #finish(slot: Slot, reply: Reply): void {
    slot.reply = reply;
    slot.isDone = true;
    while (this.#slots[0]?.isDone && !this.#isClosed) {
      const { reply: next, requestBytes } = this.#slots.shift() as Slot;
      this.#pendingBytes -= requestBytes;
      if (next !== null && !this.#stream.write(next)) this.#isBackedUp = true;
    }
    if (this.#isEnding && this.#slots.length === 0) this.#stream.end();
  }

  #closed(error?: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#waiting.length = 0;
    this.#leaveBudget();
    if (error !== undefined) {
      this.#logger.debug({ peer: peerName(this.remote), error: error.message }, 'a connection broke');
    }
    this.#abort.abort(new Error('the connection is closed'));
    this.#onClosed(this);
  }
}

/** `127.0.0.1:51234`, as log lines name a client. */
export function peerName(address: Address): string {
  return `${address.host}:${address.port}`;
}

/** An IPv4 address as such, also where it came over IPv6. */
export function plainHost(host: string): string {
  return host.startsWith('::ffff:') ? host.slice('::ffff:'.length) : host;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
