// Incremental fetch sessions (KIP-227): the broker remembers which partitions a consumer reads, so that a request names only what
// changed, and an answer only the partitions that have news.

import type { Random } from '../../platform/index.ts';
import { KafkaError } from '../../protocol/index.ts';

/** Session epoch of a request that opens a session. */
const INITIAL_EPOCH = 0;
/** Session epoch of a request that wants none, and closes the one it names. */
const FINAL_EPOCH = -1;
const NO_SESSION = 0;
const LARGEST_EPOCH = 2 ** 31 - 1;

/** One partition that a client wants to read, by name or (from version 13) by topic id. */
export interface FetchTarget {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly fetchOffset: bigint;
  readonly maxBytes: number;
  /** The leader epoch that the client knows; -1 for none. */
  readonly currentLeaderEpoch: number;
  /** The epoch of the last record that the client has; -1 for none. */
  readonly lastFetchedEpoch: number;
}

/** What an answer says of a partition, as far as sessions care. */
export interface FetchNews {
  readonly hasRecords: boolean;
  readonly hasError: boolean;
  readonly highWatermark: bigint;
  readonly logStartOffset: bigint;
}

/** The targets of one request, and which of the answers it wants. */
export interface FetchContext {
  /** What the answer names; 0 when there is no session. */
  readonly sessionId: number;
  readonly targets: readonly FetchTarget[];
  /** Whether the answer must say something of the partition: always without a session, on news in one. */
  isWorthSaying(target: FetchTarget, news: FetchNews): boolean;
  /** Remembers what was said, once the answer is final. */
  answered(target: FetchTarget, news: FetchNews): void;
}

export interface FetchSessionRequest {
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly usesTopicIds: boolean;
  readonly targets: readonly FetchTarget[];
  readonly forgotten: readonly Pick<FetchTarget, 'topic' | 'topicId' | 'partition'>[];
}

interface CachedPartition {
  target: FetchTarget;
  highWatermark: bigint;
  logStartOffset: bigint;
  hadError: boolean;
}

interface Session {
  readonly id: number;
  readonly usesTopicIds: boolean;
  epoch: number;
  lastUsedMs: number;
  /** In the order in which they are read: those that just gave records go to the end. */
  readonly partitions: Map<string, CachedPartition>;
}

export interface FetchSessionLimits {
  /** `max.incremental.fetch.session.cache.slots`. A client that finds all taken is served without a session. */
  readonly slots: number;
  /** A session unused for so long makes place for another. Kafka: two minutes. */
  readonly evictionMs: number;
}

export class FetchSessions {
  readonly #limits: FetchSessionLimits;
  readonly #random: Random;
  /** Least recently used first. */
  readonly #sessions = new Map<number, Session>();

  constructor(limits: FetchSessionLimits, random: Random) {
    this.#limits = limits;
    this.#random = random;
  }

  get count(): number {
    return this.#sessions.size;
  }

  /**
   * Finds what a request wants to read, opening, continuing or closing its session. `nowMs` is monotonic.
   * Throws FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH, FETCH_SESSION_TOPIC_ID_ERROR.
   */
  begin(request: FetchSessionRequest, nowMs: number): FetchContext {
    if (request.sessionEpoch === FINAL_EPOCH || request.sessionEpoch === INITIAL_EPOCH) {
      this.#sessions.delete(request.sessionId);
      const session = request.sessionEpoch === INITIAL_EPOCH ? this.#open(request, nowMs) : undefined;
      return session === undefined ? withoutSession(request.targets) : fullAnswer(session);
    }
    const session = this.#continue(request, nowMs);
    if (session.partitions.size > 0) return incrementalAnswer(session);
    this.#sessions.delete(session.id);
    return withoutSession([]);
  }

  #open(request: FetchSessionRequest, nowMs: number): Session | undefined {
    if (request.targets.length === 0 || !this.#makePlace(nowMs)) return undefined;
    const session: Session = {
      id: this.#freeId(),
      usesTopicIds: request.usesTopicIds,
      epoch: 1,
      lastUsedMs: nowMs,
      partitions: new Map(),
    };
    for (const target of request.targets) remember(session, target);
    this.#sessions.set(session.id, session);
    return session;
  }

  #continue(request: FetchSessionRequest, nowMs: number): Session {
    const session = this.#sessions.get(request.sessionId);
    if (session === undefined) throw new KafkaError('FETCH_SESSION_ID_NOT_FOUND');
    if (session.epoch !== request.sessionEpoch) throw new KafkaError('INVALID_FETCH_SESSION_EPOCH');
    if (session.usesTopicIds !== request.usesTopicIds) throw new KafkaError('FETCH_SESSION_TOPIC_ID_ERROR');
    for (const target of request.targets) remember(session, target);
    for (const target of request.forgotten) session.partitions.delete(partitionKey(session, target));
    session.epoch = session.epoch === LARGEST_EPOCH ? 1 : session.epoch + 1;
    session.lastUsedMs = nowMs;
    this.#sessions.delete(session.id);
    this.#sessions.set(session.id, session);
    return session;
  }

  #makePlace(nowMs: number): boolean {
    if (this.#sessions.size < this.#limits.slots) return true;
    const [oldest] = this.#sessions.values();
    if (oldest === undefined || nowMs - oldest.lastUsedMs < this.#limits.evictionMs) return false;
    return this.#sessions.delete(oldest.id);
  }

  #freeId(): number {
    for (;;) {
      const id = this.#random.integer(LARGEST_EPOCH) + 1;
      if (!this.#sessions.has(id)) return id;
    }
  }
}

function partitionKey(session: Session, target: Pick<FetchTarget, 'topic' | 'topicId' | 'partition'>): string {
  return `${target.partition}-${session.usesTopicIds ? target.topicId : target.topic}`;
}

function remember(session: Session, target: FetchTarget): void {
  const key = partitionKey(session, target);
  const cached = session.partitions.get(key);
  if (cached === undefined) {
    session.partitions.set(key, { target, highWatermark: -1n, logStartOffset: -1n, hadError: false });
  } else cached.target = target;
}

function withoutSession(targets: readonly FetchTarget[]): FetchContext {
  return { sessionId: NO_SESSION, targets, isWorthSaying: () => true, answered: () => {} };
}

function fullAnswer(session: Session): FetchContext {
  return { ...incrementalAnswer(session), isWorthSaying: () => true };
}

function incrementalAnswer(session: Session): FetchContext {
  return {
    sessionId: session.id,
    targets: Array.from(session.partitions.values(), ({ target }) => target),
    isWorthSaying(target, news) {
      const cached = session.partitions.get(partitionKey(session, target));
      if (cached === undefined || news.hasRecords || news.hasError || cached.hadError) return true;
      return cached.highWatermark !== news.highWatermark || cached.logStartOffset !== news.logStartOffset;
    },
    answered(target, news) {
      const key = partitionKey(session, target);
      const cached = session.partitions.get(key);
      if (cached === undefined) return;
      cached.highWatermark = news.highWatermark;
      cached.logStartOffset = news.logStartOffset;
      cached.hadError = news.hasError;
      if (!news.hasRecords) return;
      session.partitions.delete(key);
      session.partitions.set(key, cached);
    },
  };
}
