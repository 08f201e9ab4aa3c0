// A streams group (KIP-1071): the topology of a Kafka Streams application, its members, the tasks that the broker wants them to have, and
// what they have on the way there. It changes by its records only; a draft is a copy on which a request's records are tried out.

import { ModernGroup } from '../modern-group.ts';
import type { ConfiguredTopology } from './configure-topology.ts';
import {
  isReconciledTo,
  newStreamsMember,
  type StreamsMember,
  withMetadata,
  withOwnership,
  withoutOwnership,
} from './streams-member.ts';
import type { StreamsGroupRecord } from './streams-record.ts';
import { NO_TASKS, type Tasks, toTaskIds } from './tasks.ts';
import { readersOf, requiredTopics, type Topology } from './topology.ts';

export type StreamsGroupState = 'Empty' | 'NotReady' | 'Assigning' | 'Reconciling' | 'Stable';

export class StreamsGroup extends ModernGroup<StreamsMember, Tasks> {
  readonly type = 'streams';
  readonly protocolType = 'streams';
  /** The topology that its topics fitted when the epoch began; -1 for none. */
  validatedTopologyEpoch = 0;
  /** The settings of the last assignment. */
  assignmentConfigs: ReadonlyMap<string, string> = new Map();
  /** Not logged, as all below. */
  configuredTopology: ConfiguredTopology | undefined;
  /** The member that asked everybody to stop; forgotten when the last one has left. */
  shutdownMemberId: string | undefined;
  /** Changes with what the endpoints of members serve. */
  endpointEpoch = 0;
  #topology: Topology | undefined;
  #requiredTopics: ReadonlySet<string> = new Set();
  #readers: ReadonlyMap<string, string> = new Map();

  constructor(groupId: string) {
    super(groupId, NO_TASKS);
  }

  /** A copy that can be changed without changing this group. */
  draft(): StreamsGroup {
    const draft = new StreamsGroup(this.groupId);
    this.copyTo(draft);
    draft.validatedTopologyEpoch = this.validatedTopologyEpoch;
    draft.assignmentConfigs = this.assignmentConfigs;
    draft.configuredTopology = this.configuredTopology;
    draft.shutdownMemberId = this.shutdownMemberId;
    draft.endpointEpoch = this.endpointEpoch;
    draft.#topology = this.#topology;
    draft.#requiredTopics = this.#requiredTopics;
    draft.#readers = this.#readers;
    return draft;
  }

  get topology(): Topology | undefined {
    return this.#topology;
  }

  get state(): StreamsGroupState {
    if (this.isEmpty) return 'Empty';
    if (this.#topology?.epoch !== this.validatedTopologyEpoch) return 'NotReady';
    if (this.groupEpoch > this.assignmentEpoch) return 'Assigning';
    for (const member of this.membersById.values())
      if (!isReconciledTo(member, this.assignmentEpoch)) return 'Reconciling';
    return 'Stable';
  }

  /** Whether the topic is one that the topology needs, be it there or not. */
  dependsOn(topic: string): boolean {
    return this.#requiredTopics.has(topic);
  }

  /** Whether members read the topic, so that its offsets are in use. */
  isSubscribedTo(topic: string): boolean {
    return !this.isEmpty && this.#readers.has(topic);
  }

  /** The subtopology that reads the topic. */
  readerOf(topic: string): string | undefined {
    return this.#readers.get(topic);
  }

  /** Applies one record. A tombstone of what is not there is passed over: compaction may have removed what it was for. */
  apply(record: StreamsGroupRecord): void {
    switch (record.kind) {
      case 'streams-group':
        if (record.value === null) return;
        this.groupEpoch = record.value.epoch;
        this.metadataHash = record.value.metadataHash;
        this.validatedTopologyEpoch = record.value.validatedTopologyEpoch;
        this.assignmentConfigs = new Map(record.value.lastAssignmentConfigs?.map(({ key, value }) => [key, value]));
        return;
      case 'streams-topology':
        this.#topology = record.value ?? undefined;
        this.#requiredTopics = record.value === null ? new Set() : requiredTopics(record.value);
        this.#readers = record.value === null ? new Map() : readersOf(record.value);
        return;
      case 'streams-member': {
        const { memberId } = record.key;
        if (record.value === null) this.#remove(memberId);
        else this.membersById.set(memberId, withMetadata(this.#memberOrNew(memberId), record.value));
        return;
      }
      case 'streams-target':
        this.assignmentEpoch = record.value?.assignmentEpoch ?? -1;
        this.assignmentTimestampMs = record.value?.assignmentTimestamp ?? 0n;
        return;
      case 'streams-target-member': {
        const { memberId } = record.key;
        if (record.value === null) {
          this.targets.delete(memberId);
        } else {
          const { activeTasks, standbyTasks, warmupTasks } = record.value;
          this.targets.set(memberId, {
            active: toTaskIds(activeTasks),
            standby: toTaskIds(standbyTasks),
            warmup: toTaskIds(warmupTasks),
          });
        }
        return;
      }
      case 'streams-current-member': {
        const { memberId } = record.key;
        const member = this.membersById.get(memberId);
        if (record.value !== null)
          this.membersById.set(memberId, withOwnership(this.#memberOrNew(memberId), record.value));
        else if (member !== undefined) this.membersById.set(memberId, withoutOwnership(member));
      }
    }
  }

  #memberOrNew(memberId: string): StreamsMember {
    return this.membersById.get(memberId) ?? newStreamsMember(memberId);
  }

  #remove(memberId: string): void {
    this.membersById.delete(memberId);
    if (this.isEmpty) this.shutdownMemberId = undefined;
  }
}
