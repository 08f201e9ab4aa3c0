// What a broker remembers of our fetches, so that each one names only what changed since the last (KIP-227). Decides only; the fetcher sends.

import { KafkaError } from '../../protocol/index.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';

export interface SessionPartition extends TopicPartition {
  readonly offset: bigint;
  readonly leaderEpoch: number;
  readonly topicId: string | undefined;
}

export interface SessionRequest<P> {
  readonly sessionId: number;
  readonly sessionEpoch: number;
  /** To be named: all, or those that the broker does not know so. */
  readonly changed: readonly P[];
  /** That the broker is to leave out from now on. */
  readonly forgotten: readonly SessionPartition[];
  /** True when the answer tells of every partition, and not only of those with news. */
  readonly isFull: boolean;
}

const NO_SESSION = 0;
/** Asks for a new session, and ends the one whose id goes with it. */
const NEW_SESSION_EPOCH = 0;
const LAST_EPOCH = 0x7fffffff;
/** Ends the session. */
const FINAL_EPOCH = -1;

/** With one broker. One request at a time: `next`, then `accept` or `fail`. */
export class FetchSession {
  #id = NO_SESSION;
  #epoch = NEW_SESSION_EPOCH;
  #usesTopicIds = true;
  /** As the broker knows them, bounded by the partitions of one fetch. */
  #known = new Map<string, SessionPartition>();

  /** What to ask in order to read exactly these. */
  next<P extends SessionPartition>(wanted: readonly P[], usesTopicIds: boolean): SessionRequest<P> {
    // A session keeps to one of the two.
    if (usesTopicIds !== this.#usesTopicIds) this.#epoch = NEW_SESSION_EPOCH;
    this.#usesTopicIds = usesTopicIds;
    const before = this.#known;
    this.#known = new Map(wanted.map((partition) => [partitionName(partition), partition]));
    const session = { sessionId: this.#id, sessionEpoch: this.#epoch };
    if (this.#epoch === NEW_SESSION_EPOCH) return { ...session, changed: wanted, forgotten: [], isFull: true };
    const isStale = (known: SessionPartition) => this.#known.get(partitionName(known))?.topicId !== known.topicId;
    return {
      ...session,
      changed: wanted.filter((partition) => !isSame(before.get(partitionName(partition)), partition)),
      forgotten: [...before.values()].filter(isStale),
      isFull: false,
    };
  }

  /** The broker answered, with the id of the session that it keeps, 0 for none. */
  accept(sessionId: number): void {
    this.#id = sessionId;
    if (sessionId === NO_SESSION) this.#epoch = NEW_SESSION_EPOCH;
    else this.#epoch = this.#epoch === LAST_EPOCH ? 1 : this.#epoch + 1;
  }

  /** What ends the session at the broker; undefined where it keeps none. */
  get end(): { readonly sessionId: number; readonly sessionEpoch: number } | undefined {
    return this.#id === NO_SESSION ? undefined : { sessionId: this.#id, sessionEpoch: FINAL_EPOCH };
  }

  /** What the broker remembers is not certain any more: the next request begins anew. */
  fail(error: unknown): void {
    this.#epoch = NEW_SESSION_EPOCH;
    if (error instanceof KafkaError && error.code === 'FETCH_SESSION_ID_NOT_FOUND') this.#id = NO_SESSION;
  }
}

function isSame(known: SessionPartition | undefined, wanted: SessionPartition): boolean {
  return (
    known?.offset === wanted.offset && known.leaderEpoch === wanted.leaderEpoch && known.topicId === wanted.topicId
  );
}
