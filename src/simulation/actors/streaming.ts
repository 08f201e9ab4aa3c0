// Members of a streams group (KIP-1071), of which some leave and some are lost. They have the tasks that they are told, and give up others before they say so. When
// faults are over each task is active in one of them.

import { type Random, sleep } from '../../platform/index.ts';
import {
  type ErrorName,
  errorName,
  type StreamsGroupHeartbeatResponse,
  streamsGroupHeartbeat,
} from '../../protocol/index.ts';
import type { TopicHistory } from '../history.ts';
import type { RunContext } from '../run-context.ts';
import { STREAMS_SESSION_TIMEOUT_MS } from '../simulated-broker.ts';
import { StreamsGroupHistory, type StreamsMember } from '../streams-group-history.ts';
import { promise, Violation } from '../violation.ts';

const GROUP = 'streamers';
const SUBTOPOLOGY = '0';
const BEAT_MS = 500;
/** Longer than a session, so that nobody is fenced who may still have something. */
const REBALANCE_TIMEOUT_MS = 60_000;
const JOINING = 0;
const LEAVING = -1;
/** Longer than the sessions of lost members last. */
const MOST_CHECKS = 200;
const FENCING: ReadonlySet<ErrorName> = new Set(['FENCED_MEMBER_EPOCH', 'UNKNOWN_MEMBER_ID']);
const PASSING: ReadonlySet<ErrorName> = new Set([
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR',
  'KAFKA_STORAGE_ERROR',
]);

interface StreamsGroup {
  readonly topic: TopicHistory;
  readonly history: StreamsGroupHistory;
  /** Of members that are no more. */
  lives: number;
  phase: 'disturbed' | 'ending' | 'over';
}

/** Resolves when each task is active in one member, which is looked for when `calm` has resolved. */
export async function processStreams(context: RunContext, topic: TopicHistory, calm: Promise<unknown>): Promise<void> {
  const { clients, clock, swarm, trace } = context;
  {
    // Who looks for its coordinator makes the topic of all groups.
    await using admin = clients.admin();
    await admin.listGroupOffsets(GROUP);
  }
  const history = new StreamsGroupHistory(context, STREAMS_SESSION_TIMEOUT_MS);
  const group: StreamsGroup = { topic, history, lives: 0, phase: 'disturbed' };
  const members = Array.from({ length: swarm.streamsMembers }, (_, index) => haveMember(context, group, index));
  const failure = new Promise<never>((_resolve, reject) => {
    for (const member of members) member.catch(reject);
  });
  await Promise.race([failure, calm]);
  while (group.lives < swarm.streamsLives) await Promise.race([failure, sleep(clock, BEAT_MS)]);
  group.phase = 'ending';
  for (let checks = 0; history.taken < topic.partitions; checks++) {
    promise(checks < MOST_CHECKS, () => `only ${history.taken} of ${topic.partitions} tasks of ${GROUP} are active`);
    await Promise.race([failure, sleep(clock, BEAT_MS)]);
  }
  group.phase = 'over';
  await Promise.all(members);
  trace.event(`every task of ${GROUP} is active`);
}

/** One member after the other, until the group is over. */
async function haveMember(context: RunContext, group: StreamsGroup, index: number): Promise<void> {
  const { clock, trace } = context;
  const random = context.random();
  for (let life = 0; group.phase !== 'over'; life++) {
    const member: StreamsMember = { name: `${GROUP}-${index}-${life}`, heardMs: clock.monotonic() };
    const beats = random.integer(20);
    const isLost = random.integer(2) === 0;
    await live(context, group, member, beats, random);
    group.history.release(member);
    group.lives++;
    if (isLost) trace.event(`${member.name} is lost`);
    else await beat(context, group, member, LEAVING).catch(() => {});
  }
}

/** For so many heartbeats; when faults are over, for as long as the group lasts. */
async function live(
  context: RunContext,
  group: StreamsGroup,
  member: StreamsMember,
  beats: number,
  random: Random,
): Promise<void> {
  const { clock, trace } = context;
  let memberEpoch = JOINING;
  for (let count = 0; group.phase === 'ending' || (group.phase === 'disturbed' && count < beats); count++) {
    const sentMs = clock.monotonic();
    const answer = await beat(context, group, member, memberEpoch).catch(() => undefined);
    const error = answer && errorName(answer.errorCode);
    if (answer !== undefined && error === 'NONE') {
      member.heardMs = sentMs;
      memberEpoch = answer.memberEpoch;
      const told = answer.activeTasks?.flatMap(({ partitions }) => partitions);
      if (told !== undefined) group.history.tell(member, told);
      trace.detail(`${member.name} is at ${memberEpoch} and has ${group.history.tasksOf(member).join(' ')}`);
    } else if (error !== undefined && FENCING.has(error)) {
      trace.event(`${member.name} is fenced: ${error}`);
      group.history.release(member);
      memberEpoch = JOINING;
    } else if (error !== undefined && !PASSING.has(error)) {
      throw new Violation(`the heartbeat of ${member.name} is refused: ${error} ${answer?.errorMessage}`);
    }
    await sleep(clock, random.integer(BEAT_MS));
  }
}

function beat(
  { clients }: RunContext,
  { topic, history }: StreamsGroup,
  member: StreamsMember,
  memberEpoch: number,
): Promise<StreamsGroupHeartbeatResponse> {
  const isJoining = memberEpoch === JOINING;
  const partitions = history.tasksOf(member);
  const subtopology = {
    ...{ subtopologyId: SUBTOPOLOGY, sourceTopics: [topic.name], sourceTopicRegex: [], copartitionGroups: [] },
    ...{ stateChangelogTopics: [], repartitionSinkTopics: [], repartitionSourceTopics: [] },
  };
  return clients.ask(streamsGroupHeartbeat, 0, {
    ...{ groupId: GROUP, memberId: member.name, memberEpoch, endpointInformationEpoch: 0 },
    ...(isJoining && {
      rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
      topology: { epoch: 0, subtopologies: [subtopology] },
      processId: member.name,
    }),
    activeTasks: partitions.length === 0 ? [] : [{ subtopologyId: SUBTOPOLOGY, partitions }],
    standbyTasks: [],
    warmupTasks: [],
  });
}
