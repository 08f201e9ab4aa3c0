// A group coordinator over a log in memory, with members that say no more than a test is about.

import { readConfig } from '../../config/index.ts';
import { ManualClock, SeededRandom } from '../../platform/index.ts';
import {
  type ErrorName,
  errorName,
  type JoinGroupRequest,
  type OffsetCommitRequest,
  ZERO_UUID,
} from '../../protocol/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import { MemoryLog } from '../runtime/memory-log.ts';
import { ShareCoordinator } from '../share/share-coordinator.ts';
import { shareCoordinatorConfigTable } from '../share/share-coordinator-config.ts';
import type { JoinResponse, SyncResponse } from './classic/messages.ts';
import { type GroupTopics, NO_TOPICS } from './consumer/group-topics.ts';
import { groupConfigTable } from './group-config.ts';
import type { RequestContext } from './group-context.ts';
import { GroupCoordinator } from './group-coordinator.ts';
import { type GroupRecord, groupRecordSerde } from './group-record.ts';

export const GROUP = 'orders';
export const SESSION_TIMEOUT_MS = 10_000;
export const REBALANCE_TIMEOUT_MS = 60_000;
export const INITIAL_DELAY_MS = 3000;

export interface Fixture {
  readonly log: MemoryLog;
  readonly clock: ManualClock;
  readonly coordinator: GroupCoordinator;
  /** Ends the coordinator and loads another one from the same log, as after a crash. */
  restart(): Promise<void>;
}

export async function createFixture(
  texts: Readonly<Record<string, string>> = {},
  log: MemoryLog = new MemoryLog(),
  topics: () => GroupTopics = () => NO_TOPICS,
): Promise<Fixture> {
  const shareState = await shareCoordinator(topics);
  const clock = new ManualClock();
  const config = readConfig(groupConfigTable, texts);
  const random = new SeededRandom(1);
  const create = async () => {
    const coordinator = new GroupCoordinator({
      log,
      clock,
      random,
      config,
      logger: silentLogger,
      topics,
      shareState,
      groupConfig: () => ({}),
      endOffset: () => Promise.resolve(undefined),
      partitionCount: () => 1,
    });
    await coordinator.load(0);
    return coordinator;
  };
  const fixture = {
    log,
    clock,
    coordinator: await create(),
    async restart() {
      await fixture.coordinator.stop();
      fixture.coordinator = await create();
    },
  };
  return fixture;
}

/** Keeps the state of share groups beside: a restart of groups leaves it as it is. */
async function shareCoordinator(topics: () => GroupTopics): Promise<ShareCoordinator> {
  const coordinator = new ShareCoordinator({
    log: new MemoryLog(),
    clock: new ManualClock(),
    logger: silentLogger,
    config: readConfig(shareCoordinatorConfigTable, {}),
    partitionCount: (topicId) => topics().byId(topicId)?.partitionCount,
    partitionCountOfLog: () => 1,
    deleteRecordsBefore: async () => {},
  });
  await coordinator.load(0);
  return coordinator;
}

export function context(apiVersion: number): RequestContext {
  return { apiVersion, clientId: 'client', clientHost: '/127.0.0.1' };
}

export const JOIN_VERSION = 9;

export function join(
  { coordinator }: Fixture,
  fields: Partial<JoinGroupRequest> & { readonly version?: number } = {},
): Promise<JoinResponse> {
  const { version = JOIN_VERSION, ...request } = fields;
  return coordinator.joinGroup(context(version), {
    groupId: GROUP,
    memberId: '',
    groupInstanceId: null,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: subscription('events') }],
    sessionTimeoutMs: SESSION_TIMEOUT_MS,
    rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
    reason: null,
    ...request,
  });
}

/** Joins as a client does: asks for an id first, then waits for the group with it. */
export async function joinWithId(fixture: Fixture, fields: Partial<JoinGroupRequest> = {}) {
  const { memberId } = await join(fixture, fields);
  return { memberId, joined: join(fixture, { ...fields, memberId }) };
}

export function sync(
  { coordinator }: Fixture,
  { memberId, generationId }: Pick<JoinResponse, 'memberId' | 'generationId'>,
  assignments: Readonly<Record<string, string>> = {},
): Promise<SyncResponse> {
  return coordinator.syncGroup(context(5), {
    groupId: GROUP,
    memberId,
    generationId: generationId ?? -1,
    groupInstanceId: null,
    protocolType: null,
    protocolName: null,
    assignments: Object.entries(assignments).map(([id, text]) => ({ memberId: id, assignment: Buffer.from(text) })),
  });
}

export async function heartbeat(
  { coordinator }: Fixture,
  { memberId, generationId }: Pick<JoinResponse, 'memberId' | 'generationId'>,
  groupInstanceId: string | null = null,
): Promise<ErrorName | undefined> {
  const request = { groupId: GROUP, memberId, generationId: generationId ?? -1, groupInstanceId };
  return errorName((await coordinator.heartbeat(context(4), request)).errorCode);
}

/** A stable group of dynamic members, the leader first; each is assigned its own member id. */
export async function stableGroup(fixture: Fixture, size: number, fields: Partial<JoinGroupRequest> = {}) {
  const joins: Promise<JoinResponse>[] = [];
  for (let index = 0; index < size; index++) joins.push((await joinWithId(fixture, fields)).joined);
  await fixture.clock.advanceAndSettle(2 * INITIAL_DELAY_MS);
  const members = await Promise.all(joins);
  members.sort((one) => (one.leader === one.memberId ? -1 : 1));
  const assignments = Object.fromEntries(members.map(({ memberId }) => [memberId, memberId]));
  await Promise.all(
    members.map((member) => sync(fixture, member, member.leader === member.memberId ? assignments : {})),
  );
  return members;
}

export function commit(
  { coordinator }: Fixture,
  offsets: Readonly<Record<string, bigint>>,
  fields: Partial<OffsetCommitRequest> & { readonly version?: number } = {},
) {
  const { version = 9, ...request } = fields;
  return coordinator.commitOffsets(context(version), {
    groupId: GROUP,
    generationIdOrMemberEpoch: -1,
    memberId: '',
    groupInstanceId: null,
    retentionTimeMs: -1n,
    topics: Object.entries(offsets).map(([name, committedOffset]) => ({
      name,
      topicId: ZERO_UUID,
      partitions: [{ partitionIndex: 0, committedOffset, committedLeaderEpoch: 5, committedMetadata: 'note' }],
    })),
    ...request,
  });
}

/** The error of the first partition that was committed. */
export async function commitError(...parameters: Parameters<typeof commit>): Promise<ErrorName | undefined> {
  const { topics } = await commit(...parameters);
  return errorName(topics[0]?.partitions[0]?.errorCode ?? 0);
}

/** The committed offsets of partition 0 by topic, those that are there. */
export async function committed({ coordinator }: Fixture, groupId = GROUP): Promise<Record<string, bigint>> {
  const request = { groupId, memberId: null, memberEpoch: -1, topics: null };
  const { topics } = await coordinator.fetchOffsets(context(9), request, false);
  return Object.fromEntries(topics.map(({ name, partitions }) => [name, partitions[0]?.committedOffset ?? -1n]));
}

export async function describe({ coordinator }: Fixture, groupId = GROUP) {
  const { groups } = await coordinator.describeGroups(context(6), {
    groups: [groupId],
    includeAuthorizedOperations: false,
  });
  const [group] = groups;
  if (group === undefined) throw new Error('no group was described');
  return group;
}

export function nameOf({ errorCode = 0 }: { readonly errorCode?: number }): ErrorName | undefined {
  return errorName(errorCode);
}

/** What the log has, in order. */
export function logged({ log }: Fixture): GroupRecord[] {
  return log.records(0).flatMap((bytes) => groupRecordSerde.deserialize(bytes) ?? []);
}

/** Whether the promise is still open once everything that can go on has gone on. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let isOpen = true;
  promise.then(
    () => {
      isOpen = false;
    },
    () => {
      isOpen = false;
    },
  );
  await new Promise((resolve) => setImmediate(resolve));
  return isOpen;
}

/** ConsumerProtocolSubscription version 0. */
export function subscription(...topics: readonly string[]): Buffer {
  const parts = topics.flatMap((topic) => {
    const length = Buffer.alloc(2);
    length.writeInt16BE(Buffer.byteLength(topic));
    return [length, Buffer.from(topic)];
  });
  const head = Buffer.alloc(6);
  head.writeInt32BE(topics.length, 2);
  const noUserData = Buffer.alloc(4, 0xff);
  return Buffer.concat([head, ...parts, noUserData]);
}
