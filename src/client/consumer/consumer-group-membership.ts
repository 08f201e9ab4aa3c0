// Membership of a group of the consumer protocol (KIP-848): heartbeats carry what the member wants and has, and bring what it is to have.
// The broker divides; a member only ever adds what is free, so members that keep their partitions go on reading through a rebalance.

import type { Timer } from '../../platform/index.ts';
import {
  type ConsumerGroupHeartbeatResponse,
  consumerGroupHeartbeat,
  KafkaError,
  randomUuid,
} from '../../protocol/index.ts';
import { backoffMs } from '../backoff.ts';
import type { Cluster } from '../cluster.ts';
import { untilDeadline } from '../deadline.ts';
import { isRetriable } from '../errors.ts';
import { responseError } from '../response-error.ts';
import { comparePartitions, groupByTopic, partitionName, type TopicPartition } from '../topic-partition.ts';
import type { CommitterIdentity } from './committer.ts';
import type { ConsumerSettings } from './consumer-settings.ts';
import type { Membership, RebalanceListener } from './membership.ts';
import type { Subscription } from './subscription.ts';

type Target = NonNullable<ConsumerGroupHeartbeatResponse['assignment']>['topicPartitions'];

const JOINING = 0;
const LEAVING = -1;
/** A static member that may come back. */
const LEAVING_FOR_A_WHILE = -2;
const LEAVE_TIMEOUT_MS = 5000;
/** From this version on the member chooses its id, so that a join whose answer got lost leaves no second member behind (KIP-1082). */
const FIRST_VERSION_WITH_OWN_ID = 1;

export class ConsumerGroupMembership implements Membership {
  readonly #cluster: Cluster;
  readonly #settings: ConsumerSettings;
  readonly #groupId: string;
  readonly #subscription: Subscription;
  readonly #listener: RebalanceListener;
  readonly #onChange: () => void;
  #memberId: string;
  #memberEpoch = JOINING;
  #heartbeatIntervalMs: number;
  #heartbeatTimer: Timer | undefined;
  /** The heartbeat under way. */
  #beating: Promise<void> | undefined;
  #failures = 0;
  #owned: readonly TopicPartition[] = [];
  /** As last heard; undefined until the first answer. */
  #target: Target | undefined;
  #isReconciled = false;
  /** The broker does not know yet what is owned, or what is wanted. */
  #hasNews = true;
  /** The broker has given the partitions to others: they are lost. */
  #isFenced = false;
  #lastPollMs: number;
  #change = Promise.withResolvers<void>();
  #fatal: unknown;
  #isClosed = false;

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
    this.#memberId = randomUuid(cluster.settings.platform.random);
    this.#heartbeatIntervalMs = settings.heartbeatIntervalMs;
    this.#lastPollMs = this.#now();
  }

  get identity(): CommitterIdentity {
    return { memberId: this.#memberId, generationId: this.#memberEpoch };
  }

  async poll(timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    this.#lastPollMs = this.#now();
    const deadlineMs = this.#lastPollMs + timeoutMs;
    while (!this.#isClosed) {
      if (this.#fatal !== undefined) throw this.#fatal;
      const change = this.#change.promise;
      if (this.#isFenced) await this.#loseAll();
      if (this.#memberEpoch === JOINING && this.#heartbeatTimer === undefined) this.#beatSoon(0);
      else if (this.#target && !this.#isReconciled) await this.#reconcile(this.#target, signal);
      if (this.#isReconciled && !this.#isFenced) return true;
      if (this.#now() >= deadlineMs) return false;
      await untilDeadline(this.#cluster.settings.platform.clock, change, deadlineMs, signal);
    }
    return false;
  }

  noticeError(error: KafkaError): void {
    this.#cluster.noticeError(error);
    if (FENCING.has(error.code)) {
      this.#isFenced = true;
      this.#memberEpoch = JOINING;
      this.#target = undefined;
      this.#isReconciled = false;
      this.#hasNews = true;
    } else if (error.code === 'STALE_MEMBER_EPOCH') this.#beatSoon(0);
    else if (!error.retriable) this.#fatal = error;
    this.#changed();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#heartbeatTimer?.cancel();
    await this.#beating;
    await this.#leave(this.#settings.groupInstanceId === null ? LEAVING : LEAVING_FOR_A_WHILE);
  }

  async #loseAll(): Promise<void> {
    const lost = this.#owned;
    this.#owned = [];
    this.#isFenced = false;
    if (lost.length > 0) await this.#listener.onRevoked(lost, true);
  }

  /** Gives up what is not assigned any more, tells the broker, then takes what is new. Topics whose names are not known yet come later. */
  async #reconcile(target: Target, signal: AbortSignal | undefined): Promise<void> {
    const names = await this.#namesOf(target, signal);
    if (names === undefined) return;
    const isComplete = target.every(({ topicId }) => names.has(topicId));
    const wanted = target.flatMap(({ topicId, partitions }) => {
      const topic = names.get(topicId);
      return topic === undefined ? [] : partitions.map((partition) => ({ topic, partition }));
    });
    const wantedNames = new Set(wanted.map(partitionName));
    const ownedNames = new Set(this.#owned.map(partitionName));
    const revoked = this.#owned.filter((partition) => !wantedNames.has(partitionName(partition)));
    const added = wanted.filter((partition) => !ownedNames.has(partitionName(partition)));
    if (revoked.length > 0) await this.#listener.onRevoked(revoked, false);
    // Fenced, or told otherwise, while offsets were committed: what was revoked is given up all the same.
    this.#owned = this.#owned.filter((partition) => wantedNames.has(partitionName(partition)));
    if (this.#target === target) {
      this.#owned = wanted.toSorted(comparePartitions);
      this.#isReconciled = isComplete;
      const topics = [...groupByTopic(wanted).keys()];
      this.#cluster.logger.debug({ group: this.#groupId, epoch: this.#memberEpoch, topics }, 'assigned partitions');
      if (added.length > 0) await this.#listener.onAssigned(added);
    }
    if (revoked.length > 0 || added.length > 0) this.#hasNews = true;
    if (this.#hasNews) this.#beatSoon(0);
  }

  /** Undefined where the broker cannot be asked now: the poll goes on, and does so again, behind the next heartbeat at the latest. */
  async #namesOf(target: Target, signal: AbortSignal | undefined): Promise<ReadonlyMap<string, string> | undefined> {
    const { retryBackoff, platform } = this.#cluster.settings;
    try {
      const ids = target.map(({ topicId }) => topicId);
      return await this.#cluster.topics.namesOf(ids, { signal });
    } catch (error) {
      if (!isRetriable(error)) throw error;
      this.#cluster.noticeError(error);
      this.#beatSoon(backoffMs(retryBackoff, 1, platform.random));
      return undefined;
    }
  }

  #beatSoon(delayMs: number): void {
    if (this.#isClosed || this.#beating !== undefined) return;
    this.#heartbeatTimer?.cancel();
    this.#heartbeatTimer = this.#cluster.settings.platform.clock.schedule(delayMs, () => {
      this.#heartbeatTimer = undefined;
      this.#beating = this.#beat().finally(() => {
        this.#beating = undefined;
        if (this.#fatal === undefined && !this.#isFenced) this.#beatSoon(this.#nextDelayMs());
        this.#changed();
      });
    });
  }

  #nextDelayMs(): number {
    const { retryBackoff, platform } = this.#cluster.settings;
    if (this.#failures > 0) return backoffMs(retryBackoff, this.#failures, platform.random);
    return this.#hasNews ? 0 : this.#heartbeatIntervalMs;
  }

  /** Never rejects: whatever goes wrong is for the next poll, or for the next heartbeat. */
  async #beat(): Promise<void> {
    try {
      if (this.#now() - this.#lastPollMs > this.#settings.maxPollIntervalMs) await this.#giveUp();
      else await this.#exchange();
      this.#failures = 0;
    } catch (error) {
      this.#failures++;
      // What the broker heard of the last heartbeat is unknown now.
      this.#hasNews = true;
      if (error instanceof KafkaError) this.noticeError(error);
      else if (isRetriable(error)) this.#cluster.noticeError(error);
      else this.#fatal = error;
    }
  }

  async #exchange(): Promise<void> {
    if (await this.#subscription.refresh()) this.#hasNews = true;
    const isJoining = this.#memberEpoch === JOINING;
    const isWhole = isJoining || this.#hasNews;
    this.#hasNews = false;
    const topicIds = isWhole ? await this.#ownedById() : null;
    const { groupInstanceId, rackId, maxPollIntervalMs, groupRemoteAssignor } = this.#settings;
    const { pattern, names } = this.#subscription;
    const response = await this.#cluster.sendToCoordinator(
      'group',
      this.#groupId,
      consumerGroupHeartbeat,
      (version) => ({
        groupId: this.#groupId,
        memberId: isJoining && version < FIRST_VERSION_WITH_OWN_ID ? '' : this.#memberId,
        memberEpoch: this.#memberEpoch,
        instanceId: groupInstanceId,
        ...(isWhole && {
          rackId,
          rebalanceTimeoutMs: maxPollIntervalMs,
          subscribedTopicNames: pattern === null ? [...names] : null,
          ...(pattern !== null && { subscribedTopicRegex: pattern }),
          serverAssignor: groupRemoteAssignor,
          topicPartitions: topicIds,
        }),
      }),
    );
    const error = responseError(response.errorCode, `stay in group ${this.#groupId}`, response.errorMessage);
    if (error) throw error;
    this.#memberId = response.memberId ?? this.#memberId;
    this.#memberEpoch = response.memberEpoch;
    this.#heartbeatIntervalMs = response.heartbeatIntervalMs;
    if (response.assignment === null) return;
    this.#target = response.assignment.topicPartitions;
    this.#isReconciled = false;
  }

  async #ownedById(): Promise<{ topicId: string; partitions: number[] }[]> {
    const owned: { topicId: string; partitions: number[] }[] = [];
    for (const [topic, items] of groupByTopic(this.#owned)) {
      const { topicId } = await this.#cluster.topics.get(topic);
      if (topicId !== undefined) owned.push({ topicId, partitions: items.map(({ partition }) => partition) });
    }
    return owned;
  }

  /** Nobody asked for records for too long: others get the partitions, until somebody asks again. */
  async #giveUp(): Promise<void> {
    if (this.#memberEpoch === JOINING) return;
    this.#cluster.logger.warn(
      { group: this.#groupId },
      'leaving the group: nobody asked for records within max.poll.interval.ms',
    );
    await this.#leave(LEAVING);
    this.noticeError(new KafkaError('UNKNOWN_MEMBER_ID', 'The member has left the group'));
  }

  /** Best effort: a member that cannot say good-bye is missed when its session ends. */
  async #leave(memberEpoch: number): Promise<void> {
    if (this.#memberEpoch === JOINING) return;
    const { groupInstanceId } = this.#settings;
    try {
      await this.#cluster.sendToCoordinator(
        'group',
        this.#groupId,
        consumerGroupHeartbeat,
        { groupId: this.#groupId, memberId: this.#memberId, memberEpoch, instanceId: groupInstanceId },
        { timeoutMs: LEAVE_TIMEOUT_MS },
      );
    } catch (error) {
      this.#cluster.logger.debug({ group: this.#groupId, error }, 'could not leave the group');
    }
  }

  #changed(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers<void>();
    this.#onChange();
  }

  #now(): number {
    return this.#cluster.settings.platform.clock.monotonic();
  }
}

const FENCING = new Set<string>(['UNKNOWN_MEMBER_ID', 'FENCED_MEMBER_EPOCH']);
