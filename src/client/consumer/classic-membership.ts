// Membership of a group of the classic protocol: join, sync, heartbeats, leave. Only heartbeats go on without the application's polls.

import type { Timer } from '../../platform/index.ts';
import {
  heartbeat,
  type JoinGroupResponse,
  joinGroup,
  KafkaError,
  leaveGroup,
  syncGroup,
} from '../../protocol/index.ts';
import type { Cluster } from '../cluster.ts';
import { untilDeadline } from '../deadline.ts';
import { ConnectionError, isRetriable, TimeoutError } from '../errors.ts';
import { responseError } from '../response-error.ts';
import { comparePartitions, groupByTopic, partitionName, type TopicPartition } from '../topic-partition.ts';
import { ASSIGNORS, type AssignorName, isCooperative } from './assignors/assignors.ts';
import type { CommitterIdentity } from './committer.ts';
import { readAssignment, readSubscription, writeAssignment, writeSubscription } from './consumer-protocol.ts';
import type { ConsumerSettings } from './consumer-settings.ts';
import type { Membership, RebalanceListener } from './membership.ts';
import type { Subscription } from './subscription.ts';

interface Joined {
  readonly generationId: number;
  readonly assignment: readonly TopicPartition[];
}

// A broker answers JoinGroup at the end of the rebalance; this much later it has forgotten us.
const JOIN_GRACE_MS = 5000;
const LEAVE_TIMEOUT_MS = 5000;

export class ClassicMembership implements Membership {
  readonly #cluster: Cluster;
  readonly #settings: ConsumerSettings;
  readonly #groupId: string;
  readonly #subscription: Subscription;
  readonly #listener: RebalanceListener;
  readonly #onChange: () => void;
  readonly #isCooperative: boolean;
  #memberId = '';
  #generationId = -1;
  #owned: readonly TopicPartition[] = [];
  #needsRejoin = true;
  #joining: Promise<Joined> | undefined;
  #isExchanging = false;
  #heartbeatTimer: Timer | undefined;
  #lastPollMs: number;
  #fatal: unknown;
  #isClosed = false;
  /** As the leader: the partitions that were divided, to notice when there are more. */
  #dividedCounts: ReadonlyMap<string, number> | undefined;
  #dividedMs = 0;

  constructor(
    cluster: Cluster,
    settings: ConsumerSettings,
    group: { readonly groupId: string; readonly subscription: Subscription },
    listener: RebalanceListener,
    onChange: () => void,
  ) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#groupId = group.groupId;
    this.#subscription = group.subscription;
    this.#listener = listener;
    this.#onChange = onChange;
    this.#isCooperative = isCooperative(settings.assignors);
    this.#lastPollMs = this.#now();
  }

  get identity(): CommitterIdentity {
    return { memberId: this.#memberId, generationId: this.#generationId };
  }

  async poll(timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    this.#lastPollMs = this.#now();
    const deadlineMs = this.#lastPollMs + timeoutMs;
    while (!this.#isClosed && (this.#needsRejoin || this.#joining)) {
      if (this.#fatal !== undefined) throw this.#fatal;
      if (this.#joining === undefined) {
        await this.#revokeBeforeJoin();
        this.#joining = this.#rejoin();
        // A poll may end before it; should it fail then, the next one joins anew.
        this.#joining.catch(() => {});
      }
      const { clock } = this.#cluster.settings.platform;
      const joined = await untilDeadline(clock, this.#joining, deadlineMs, signal);
      if (joined === 'too late') return false;
      this.#joining = undefined;
      // Fenced or expelled meanwhile: what was assigned is not ours any more.
      if (joined.generationId === this.#generationId) await this.#take(joined.assignment);
    }
    if (this.#fatal !== undefined) throw this.#fatal;
    return true;
  }

  noticeError(error: KafkaError): void {
    this.#cluster.noticeError(error);
    switch (error.code) {
      case 'REBALANCE_IN_PROGRESS':
        break;
      case 'UNKNOWN_MEMBER_ID':
        this.#memberId = '';
        this.#generationId = -1;
        break;
      case 'ILLEGAL_GENERATION':
        this.#generationId = -1;
        break;
      case 'FENCED_INSTANCE_ID':
      case 'GROUP_AUTHORIZATION_FAILED':
        this.#fatal = error;
        break;
      default:
        return;
    }
    this.#rejoinSoon();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#heartbeatTimer?.cancel();
    if (this.#settings.groupInstanceId === null) await this.#leave('the consumer was closed');
  }

  async #rejoin(): Promise<Joined> {
    this.#heartbeatTimer?.cancel();
    this.#isExchanging = true;
    try {
      const scope = { timeoutMs: this.#settings.maxPollIntervalMs };
      return await this.#cluster.retry(`join group ${this.#groupId}`, scope, () => this.#joinAtOnce());
    } catch (error) {
      this.#joining = undefined;
      this.#needsRejoin = true;
      throw error;
    } finally {
      this.#isExchanging = false;
      this.#scheduleHeartbeat(this.#settings.heartbeatIntervalMs);
      this.#onChange();
    }
  }

  /** With the generation lost, so are the partitions; otherwise an eager member gives up all, a cooperative one keeps all for now. */
  async #revokeBeforeJoin(): Promise<void> {
    const isLost = this.#generationId < 0;
    if (this.#owned.length === 0 || (this.#isCooperative && !isLost)) return;
    const revoked = this.#owned;
    this.#owned = [];
    await this.#listener.onRevoked(revoked, isLost);
  }

  /** A member that the group has forgotten, as after a restart of the coordinator, may come as a new one without a pause: once. */
  async #joinAtOnce(): Promise<Joined> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#joinAndSync();
      } catch (error) {
        if (!(error instanceof KafkaError)) throw error;
        this.noticeError(error);
        if (!REJOIN_ERRORS.has(error.code)) throw error;
        // Not retriable elsewhere, but joining anew is what they ask for here.
        if (tries > 1) throw new TimeoutError(error.message, { cause: error, retriable: true });
      }
    }
  }

  async #joinAndSync(): Promise<Joined> {
    this.#needsRejoin = false;
    await this.#subscription.refresh();
    const joined = await this.#join();
    const isLeader = joined.leader === joined.memberId && !joined.skipAssignment;
    const assignment = await this.#sync(joined, isLeader ? await this.#divide(joined) : []);
    return { generationId: joined.generationId, assignment };
  }

  async #join(): Promise<JoinGroupResponse> {
    for (;;) {
      const { maxPollIntervalMs, sessionTimeoutMs, groupInstanceId } = this.#settings;
      const response = await this.#cluster.sendToCoordinator(
        'group',
        this.#groupId,
        joinGroup,
        (version) => ({
          groupId: this.#groupId,
          sessionTimeoutMs,
          rebalanceTimeoutMs: maxPollIntervalMs,
          memberId: this.#memberId,
          protocolType: 'consumer',
          protocols: this.#settings.assignors.map((name) => ({ name, metadata: this.#wanted() })),
          ...(version >= 5 ? { groupInstanceId } : {}),
        }),
        { timeoutMs: maxPollIntervalMs + JOIN_GRACE_MS },
      );
      const error = responseError(response.errorCode, `join group ${this.#groupId}`);
      // The broker gives an id first, so that a member that never comes back leaves nothing behind (KIP-394).
      if (error?.code === 'MEMBER_ID_REQUIRED') {
        this.#memberId = response.memberId;
        continue;
      }
      if (error) throw error;
      this.#memberId = response.memberId;
      this.#generationId = response.generationId;
      return response;
    }
  }

  #wanted(): Buffer {
    return writeSubscription({
      topics: this.#subscription.names,
      ownedPartitions: this.#owned,
      generationId: this.#generationId,
      rackId: this.#settings.rackId,
      userData: null,
    });
  }

  /** As the leader: who gets what. */
  async #divide(joined: JoinGroupResponse): Promise<{ memberId: string; assignment: Buffer }[]> {
    const members = joined.members.map(({ memberId, groupInstanceId, metadata }) => ({
      memberId,
      instanceId: groupInstanceId,
      ...readSubscription(metadata),
    }));
    this.#dividedCounts = await this.#partitionCounts(new Set(members.flatMap(({ topics }) => topics)));
    this.#dividedMs = this.#now();
    const assign = ASSIGNORS[joined.protocolName as AssignorName];
    if (assign === undefined)
      throw new KafkaError(
        'INCONSISTENT_GROUP_PROTOCOL',
        `The group chose ${joined.protocolName}, which this client did not offer`,
      );
    const assignment = assign(members, this.#dividedCounts);
    return members.map(({ memberId }) => ({ memberId, assignment: writeAssignment(assignment.get(memberId) ?? []) }));
  }

  /** Topics that do not exist, or not yet, are left out; the leader looks again from time to time. */
  async #partitionCounts(topics: Iterable<string>): Promise<Map<string, number>> {
    const found = await this.#cluster.topics.ask([...topics], {
      allowAutoTopicCreation: this.#settings.allowAutoTopicCreation,
    });
    return new Map(
      [...found].flatMap(([name, topic]) => (topic instanceof KafkaError ? [] : [[name, topic.partitions.length]])),
    );
  }

  async #sync(
    joined: JoinGroupResponse,
    assignments: { memberId: string; assignment: Buffer }[],
  ): Promise<TopicPartition[]> {
    const { groupInstanceId, maxPollIntervalMs } = this.#settings;
    const response = await this.#cluster.sendToCoordinator(
      'group',
      this.#groupId,
      syncGroup,
      (version) => ({
        groupId: this.#groupId,
        generationId: this.#generationId,
        memberId: this.#memberId,
        assignments,
        ...(version >= 3 ? { groupInstanceId } : {}),
        ...(version >= 5 ? { protocolType: 'consumer', protocolName: joined.protocolName } : {}),
      }),
      { timeoutMs: maxPollIntervalMs + JOIN_GRACE_MS },
    );
    const error = responseError(response.errorCode, `get the assignment of group ${this.#groupId}`);
    if (error) throw error;
    return response.assignment.length === 0 ? [] : readAssignment(response.assignment);
  }

  async #take(assigned: readonly TopicPartition[]): Promise<void> {
    const names = new Set(assigned.map(partitionName));
    const ownedNames = new Set(this.#owned.map(partitionName));
    const revoked = this.#owned.filter((partition) => !names.has(partitionName(partition)));
    const added = assigned.filter((partition) => !ownedNames.has(partitionName(partition)));
    this.#owned = [...assigned].sort(comparePartitions);
    this.#cluster.logger.debug(
      { group: this.#groupId, generation: this.#generationId, partitions: [...groupByTopic(assigned).keys()] },
      'assigned partitions',
    );
    if (revoked.length > 0) {
      await this.#listener.onRevoked(revoked, false);
      // What was given up can now go to others (KIP-429).
      this.#needsRejoin = true;
    }
    await this.#listener.onAssigned(added);
  }

  #scheduleHeartbeat(delayMs: number): void {
    this.#heartbeatTimer?.cancel();
    if (this.#isClosed) return;
    this.#heartbeatTimer = this.#cluster.settings.platform.clock.schedule(delayMs, () => void this.#beat());
  }

  /** Never rejects: whatever goes wrong is for the next poll. */
  async #beat(): Promise<void> {
    if (this.#isExchanging || this.#isClosed) return;
    let nextMs = this.#settings.heartbeatIntervalMs;
    try {
      if (this.#now() - this.#lastPollMs > this.#settings.maxPollIntervalMs) {
        this.#cluster.logger.warn(
          { group: this.#groupId },
          'leaving the group: nobody asked for records within max.poll.interval.ms',
        );
        await this.#leave('nobody asked for records within max.poll.interval.ms');
        this.#needsRejoin = true;
        return;
      }
      await this.#sendHeartbeat();
      await this.#lookForNewPartitions();
    } catch (error) {
      if (error instanceof KafkaError) this.noticeError(error);
      else if (error instanceof ConnectionError || error instanceof TimeoutError) this.#cluster.noticeError(error);
      else this.#fatal = error;
      if (isRetriable(error)) nextMs = Math.min(nextMs, this.#cluster.settings.retryBackoff.maxMs);
    }
    if (!this.#isExchanging && this.#memberId !== '') this.#scheduleHeartbeat(nextMs);
  }

  async #sendHeartbeat(): Promise<void> {
    const { groupInstanceId } = this.#settings;
    const response = await this.#cluster.sendToCoordinator('group', this.#groupId, heartbeat, (version) => ({
      groupId: this.#groupId,
      generationId: this.#generationId,
      memberId: this.#memberId,
      ...(version >= 3 ? { groupInstanceId } : {}),
    }));
    const error = responseError(response.errorCode, `stay in group ${this.#groupId}`);
    if (error) throw error;
  }

  async #lookForNewPartitions(): Promise<void> {
    const isOther = await this.#subscription.refresh();
    if (isOther) this.#rejoinSoon();
    const divided = this.#dividedCounts;
    if (divided === undefined || this.#now() - this.#dividedMs < this.#cluster.settings.metadataMaxAgeMs) return;
    this.#dividedMs = this.#now();
    const counts = await this.#partitionCounts(new Set([...this.#subscription.names, ...divided.keys()]));
    const isSame = counts.size === divided.size && [...counts].every(([topic, count]) => divided.get(topic) === count);
    if (!isSame) this.#rejoinSoon();
  }

  #rejoinSoon(): void {
    this.#needsRejoin = true;
    this.#onChange();
  }

  /** Best effort: a member that cannot say good-bye is missed when its session ends. */
  async #leave(reason: string): Promise<void> {
    const memberId = this.#memberId;
    if (memberId === '') return;
    this.#memberId = '';
    this.#generationId = -1;
    const { groupInstanceId } = this.#settings;
    try {
      await this.#cluster.sendToCoordinator(
        'group',
        this.#groupId,
        leaveGroup,
        (version) =>
          version >= 3
            ? { groupId: this.#groupId, members: [{ memberId, groupInstanceId, ...(version >= 5 ? { reason } : {}) }] }
            : { groupId: this.#groupId, memberId },
        { timeoutMs: LEAVE_TIMEOUT_MS },
      );
    } catch (error) {
      this.#cluster.logger.debug({ group: this.#groupId, error }, 'could not leave the group');
    }
  }

  #now(): number {
    return this.#cluster.settings.platform.clock.monotonic();
  }
}

const REJOIN_ERRORS = new Set<string>(['REBALANCE_IN_PROGRESS', 'UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION']);
