// Share sessions (KIP-932): the broker remembers which partitions a member of a share group reads, so that a request names only what changed.
// A session lasts as long as its connection; with it ends what the member has acquired.

import { KafkaError } from '../../protocol/index.ts';

/** Session epoch of a request that opens a session. */
const INITIAL_EPOCH = 0;
/** Session epoch of the last request of a session. */
export const FINAL_EPOCH = -1;
const LARGEST_EPOCH = 2 ** 31 - 1;

export interface ShareTarget {
  readonly topicId: string;
  readonly partition: number;
}

export interface ShareSessionRequest {
  readonly groupId: string;
  readonly memberId: string;
  readonly epoch: number;
  readonly added: readonly ShareTarget[];
  readonly forgotten: readonly ShareTarget[];
  readonly hasAcknowledgements: boolean;
  /** Aborted when the connection ends. */
  readonly connection: AbortSignal;
}

/** What one request is about. */
export interface ShareContext {
  /** Of the request; tells whose turn it is to be read first. */
  readonly epoch: number;
  readonly targets: readonly ShareTarget[];
  /** Whether the answer must say something of the partition: in a session, only once or on news. Remembers what was said. */
  isWorthSaying(target: ShareTarget, news: { readonly hasRecords: boolean; readonly hasError: boolean }): boolean;
}

export interface ShareSessionsOptions {
  /** `group.share.max.share.sessions`. */
  readonly limit: number;
  /** A session has ended: what the member has acquired in these partitions is to be given back. */
  onEnd(groupId: string, memberId: string, targets: readonly ShareTarget[]): void;
  /** The last session of the group has ended. */
  onGroupEnd(groupId: string): void;
}

interface Partition {
  readonly target: ShareTarget;
  /** The client has not been told of it, or was told an error. */
  mustSay: boolean;
}

interface Session {
  readonly groupId: string;
  readonly memberId: string;
  epoch: number;
  readonly partitions: Map<string, Partition>;
  unbind(): void;
}

export class ShareSessions {
  readonly #options: ShareSessionsOptions;
  readonly #groups = new Map<string, Map<string, Session>>();
  #count = 0;

  constructor(options: ShareSessionsOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#count;
  }

  /** Partitions in all sessions together. */
  get partitionCount(): number {
    let count = 0;
    for (const group of this.#groups.values()) for (const { partitions } of group.values()) count += partitions.size;
    return count;
  }

  /**
   * Finds what a ShareFetch wants to read, opening or continuing its session. Throws SHARE_SESSION_NOT_FOUND, INVALID_SHARE_SESSION_EPOCH,
   * SHARE_SESSION_LIMIT_REACHED, and INVALID_REQUEST for acknowledgements without a session.
   */
  begin(request: ShareSessionRequest): ShareContext {
    const { groupId, memberId, epoch } = request;
    if (epoch === INITIAL_EPOCH) return this.#open(request);
    const session = this.#find(groupId, memberId);
    if (epoch === FINAL_EPOCH) return { epoch, targets: [], isWorthSaying: () => true };
    advance(session, epoch);
    for (const target of request.added) {
      const key = targetKey(target);
      if (!session.partitions.has(key)) session.partitions.set(key, { target, mustSay: true });
    }
    for (const target of request.forgotten) session.partitions.delete(targetKey(target));
    return {
      epoch,
      targets: Array.from(session.partitions.values(), ({ target }) => target),
      isWorthSaying(target, { hasRecords, hasError }) {
        const partition = session.partitions.get(targetKey(target));
        const isWorth = hasRecords || hasError || partition?.mustSay === true;
        if (partition !== undefined) partition.mustSay = hasError;
        return isWorth;
      },
    };
  }

  /** For a ShareAcknowledge. Throws SHARE_SESSION_NOT_FOUND, INVALID_SHARE_SESSION_EPOCH. */
  continueFor({ groupId, memberId, epoch }: Pick<ShareSessionRequest, 'groupId' | 'memberId' | 'epoch'>): void {
    if (epoch === INITIAL_EPOCH) throw new KafkaError('INVALID_SHARE_SESSION_EPOCH');
    const session = this.#find(groupId, memberId);
    if (epoch !== FINAL_EPOCH) advance(session, epoch);
  }

  /** Ends the member's session, where it has one. */
  end(groupId: string, memberId: string): void {
    const session = this.#groups.get(groupId)?.get(memberId);
    if (session === undefined) return;
    this.#forget(session);
    const { onEnd, onGroupEnd } = this.#options;
    onEnd(
      groupId,
      memberId,
      Array.from(session.partitions.values(), ({ target }) => target),
    );
    if (!this.#groups.has(groupId)) onGroupEnd(groupId);
  }

  #open({ groupId, memberId, added, hasAcknowledgements, connection }: ShareSessionRequest): ShareContext {
    if (hasAcknowledgements) throw new KafkaError('INVALID_REQUEST');
    const old = this.#groups.get(groupId)?.get(memberId);
    if (old !== undefined) this.#forget(old);
    if (this.#count >= this.#options.limit) throw new KafkaError('SHARE_SESSION_LIMIT_REACHED');
    const onClosed = () => this.end(groupId, memberId);
    connection.addEventListener('abort', onClosed, { once: true });
    const session: Session = {
      groupId,
      memberId,
      epoch: INITIAL_EPOCH + 1,
      partitions: new Map(added.map((target) => [targetKey(target), { target, mustSay: false }])),
      unbind: () => connection.removeEventListener('abort', onClosed),
    };
    const group = this.#groups.get(groupId) ?? new Map<string, Session>();
    this.#groups.set(groupId, group.set(memberId, session));
    this.#count++;
    return { epoch: INITIAL_EPOCH, targets: added, isWorthSaying: () => true };
  }

  #find(groupId: string, memberId: string): Session {
    const session = this.#groups.get(groupId)?.get(memberId);
    if (session === undefined) throw new KafkaError('SHARE_SESSION_NOT_FOUND');
    return session;
  }

  #forget(session: Session): void {
    const { groupId, memberId } = session;
    const group = this.#groups.get(groupId);
    session.unbind();
    group?.delete(memberId);
    if (group?.size === 0) this.#groups.delete(groupId);
    this.#count--;
  }
}

function advance(session: Session, epoch: number): void {
  if (session.epoch !== epoch) throw new KafkaError('INVALID_SHARE_SESSION_EPOCH');
  session.epoch = epoch === LARGEST_EPOCH ? 1 : epoch + 1;
}

function targetKey({ topicId, partition }: ShareTarget): string {
  return `${partition}-${topicId}`;
}
