// Membership of a share group (KIP-932): heartbeats say what the member wants, and bring the partitions that it reads. Members share partitions, so
// nothing has to be given up before it is taken.

import { KafkaError, randomUuid, shareGroupHeartbeat } from '../../protocol/index.ts';
import { backoffMs } from '../backoff.ts';
import type { Cluster } from '../cluster.ts';
import { isRetriable } from '../errors.ts';
import { responseError } from '../response-error.ts';
import type { SharePartition } from './acknowledgements.ts';
import type { ShareConsumerSettings } from './share-consumer-settings.ts';
import { untilTime } from './until-time.ts';

const JOINING = 0;
const LEAVING = -1;
const LEAVE_TIMEOUT_MS = 5000;
/** A group may have more members than partitions. */
const MAX_HASTY_BEATS = 8;
const FENCING = new Set<string>(['UNKNOWN_MEMBER_ID', 'FENCED_MEMBER_EPOCH']);

export class ShareMembership {
  readonly memberId: string;
  readonly #cluster: Cluster;
  readonly #settings: ShareConsumerSettings;
  readonly #topics: readonly string[];
  readonly #onChange: () => void;
  readonly #closed = new AbortController();
  readonly #running: Promise<void>;
  #memberEpoch = JOINING;
  #heartbeatIntervalMs = 0;
  #failures = 0;
  /** Heartbeats since the member joined without being given anything: the broker divides behind the answer to the first. */
  #emptyBeats = 0;
  #target: readonly { readonly topicId: string; readonly partitions: readonly number[] }[] = [];
  /** The target by names, as far as they are known. */
  #partitions: readonly SharePartition[] = [];
  /** Topics of the assignment whose names are not known yet. */
  #isIncomplete = false;
  #lastPollMs: number;
  #polled = Promise.withResolvers<void>();
  #fatal: unknown;

  constructor(cluster: Cluster, settings: ShareConsumerSettings, topics: readonly string[], onChange: () => void) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#topics = topics;
    this.#onChange = onChange;
    this.memberId = randomUuid(cluster.settings.platform.random);
    this.#lastPollMs = this.#now();
    this.#running = this.#run();
  }

  /** What this member reads now. */
  get partitions(): readonly SharePartition[] {
    return this.#partitions;
  }

  /** Says that somebody asks for records. Throws what ended the membership. */
  notePoll(): void {
    if (this.#fatal !== undefined) throw this.#fatal;
    this.#lastPollMs = this.#now();
    this.#polled.resolve();
    this.#polled = Promise.withResolvers();
  }

  /** Leaves the group. Closing twice is harmless. */
  async close(): Promise<void> {
    this.#closed.abort(new Error('the share consumer is closed'));
    await this.#running;
    await this.#leave();
  }

  /** Never rejects: what ends the membership is for the next poll. */
  async #run(): Promise<void> {
    const { signal } = this.#closed;
    const { clock, random } = this.#cluster.settings.platform;
    while (!signal.aborted && this.#fatal === undefined) {
      const isIdle = this.#now() - this.#lastPollMs > this.#settings.maxPollIntervalMs;
      if (isIdle) await this.#leave();
      else await this.#beat();
      this.#onChange();
      if (isIdle) {
        await untilTime(clock, Number.POSITIVE_INFINITY, this.#polled.promise, signal);
        continue;
      }
      const backoff = backoffMs(
        this.#cluster.settings.retryBackoff,
        Math.max(this.#failures, this.#emptyBeats, 1),
        random,
      );
      const waitMs = this.#isHasty ? backoff : this.#heartbeatIntervalMs;
      await untilTime(clock, this.#now() + waitMs, undefined, signal);
    }
  }

  /** The next heartbeat should not wait for its regular time. */
  get #isHasty(): boolean {
    const isWaiting = this.#emptyBeats > 0 && this.#emptyBeats <= MAX_HASTY_BEATS;
    return this.#failures > 0 || this.#isIncomplete || isWaiting;
  }

  async #beat(): Promise<void> {
    try {
      await this.#exchange();
      this.#failures = 0;
    } catch (error) {
      if (this.#closed.signal.aborted) return;
      this.#failures++;
      this.#cluster.noticeError(error);
      if (error instanceof KafkaError && FENCING.has(error.code)) this.#forget();
      else if (!isRetriable(error)) this.#fatal = error;
    }
  }

  async #exchange(): Promise<void> {
    const isJoining = this.#memberEpoch === JOINING;
    // A lost answer may have told the assignment. The broker tells it again to who says everything.
    const saysAll = isJoining || this.#failures > 0;
    const { groupId, rackId } = this.#settings;
    const response = await this.#cluster.sendToCoordinator(
      'group',
      groupId,
      shareGroupHeartbeat,
      {
        groupId,
        memberId: this.memberId,
        memberEpoch: this.#memberEpoch,
        ...(saysAll && { rackId, subscribedTopicNames: [...this.#topics] }),
      },
      { signal: this.#closed.signal },
    );
    const error = responseError(response.errorCode, `stay in share group ${groupId}`, response.errorMessage);
    if (error) throw error;
    this.#memberEpoch = response.memberEpoch;
    if (isJoining) this.#emptyBeats = 0;
    this.#heartbeatIntervalMs = response.heartbeatIntervalMs;
    if (response.assignment !== null) this.#target = response.assignment.topicPartitions;
    await this.#nameTarget();
    this.#emptyBeats = this.#target.length === 0 ? this.#emptyBeats + 1 : 0;
  }

  async #nameTarget(): Promise<void> {
    const ids = this.#target.map(({ topicId }) => topicId);
    const names = await this.#cluster.topics.namesOf(ids, { signal: this.#closed.signal });
    this.#isIncomplete = !ids.every((topicId) => names.has(topicId));
    this.#partitions = this.#target.flatMap(({ topicId, partitions }) => {
      const topic = names.get(topicId);
      return topic === undefined ? [] : partitions.map((partition) => ({ topic, partition, topicId }));
    });
  }

  #forget(): void {
    this.#memberEpoch = JOINING;
    this.#target = [];
    this.#partitions = [];
  }

  /** Best effort: a member that cannot say good-bye is missed when its session ends. */
  async #leave(): Promise<void> {
    if (this.#memberEpoch === JOINING) return;
    const { groupId } = this.#settings;
    const request = { groupId, memberId: this.memberId, memberEpoch: LEAVING };
    try {
      await this.#cluster.sendToCoordinator('group', groupId, shareGroupHeartbeat, request, {
        timeoutMs: LEAVE_TIMEOUT_MS,
      });
    } catch (error) {
      this.#cluster.logger.debug({ group: groupId, error }, 'could not leave the share group');
    }
    this.#forget();
  }

  #now(): number {
    return this.#cluster.settings.platform.clock.monotonic();
  }
}
