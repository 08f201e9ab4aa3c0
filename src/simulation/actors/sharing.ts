// Share groups whose members accept, release, reject, dawdle beyond their locks, leave, and are lost. When faults are over and nothing is produced any more they
// accept what is left, until the group is at the end of the topic.

import type { Acknowledgement, ShareConsumer, ShareRecord } from '../../client/index.ts';
import { type Clock, type Random, sleep } from '../../platform/index.ts';
import type { TopicHistory } from '../history.ts';
import { ProcessGate } from '../process-gate.ts';
import type { RunContext } from '../run-context.ts';
import { ShareGroupHistory, type ShareMember } from '../share-group-history.ts';
import { SimulatedClock } from '../simulated-clock.ts';
import type { SimulatedNetwork } from '../simulated-network.ts';
import { Violation } from '../violation.ts';

const POLL_MS = 300;
const FETCH_WAIT_MS = 100;
const CHECK_INTERVAL_MS = 1000;
/** Longer than locks and memberships of lost members last. */
const MOST_CHECKS = 600;

interface ShareGroup {
  readonly id: string;
  readonly topic: TopicHistory;
  readonly network: SimulatedNetwork;
  readonly history: ShareGroupHistory;
  members: number;
  phase: 'disturbed' | 'ending' | 'over';
}

/** Resolves when the group is at the end of the topic, which it looks for when `calm` has resolved. */
export async function shareRecords(
  context: RunContext,
  id: string,
  { topic, network, calm }: { topic: TopicHistory; network: SimulatedNetwork; calm: Promise<unknown> },
): Promise<void> {
  const { swarm } = context;
  const lockDurationMs = Number(swarm.brokerSettings['group.share.record.lock.duration.ms'] ?? 30_000);
  const deliveryCountLimit = Number(swarm.brokerSettings['group.share.delivery.count.limit'] ?? 5);
  const history = new ShareGroupHistory(context, { groupId: id, topic, lockDurationMs, deliveryCountLimit });
  const group: ShareGroup = { id, topic, network, history, members: 0, phase: 'disturbed' };
  await readFromFirst(context, group);
  const members = Array.from({ length: swarm.shareMembers }, () => haveMember(context, group, lockDurationMs));
  const failure = new Promise<never>((_resolve, reject) => {
    for (const member of members) member.catch(reject);
  });
  await Promise.race([failure, calm]);
  group.phase = 'ending';
  await Promise.race([failure, untilAtEnd(context, group)]);
  group.phase = 'over';
  await Promise.all(members);
  history.checkNothingIsLost();
}

async function readFromFirst({ clients }: RunContext, { id }: ShareGroup): Promise<void> {
  await using admin = clients.admin();
  const resource = { type: 'group' as const, name: id };
  const change = { name: 'share.auto.offset.reset', operation: 'set' as const, value: 'earliest' };
  const [altered] = await admin.alterConfigs([{ resource, changes: [change] }]);
  if (altered?.error !== undefined) throw altered.error;
}

async function untilAtEnd({ clients, clock, trace }: RunContext, group: ShareGroup): Promise<void> {
  const { id, topic, history } = group;
  await using admin = clients.admin();
  const partitions = Array.from({ length: topic.partitions }, (_, partition) => ({ topic: topic.name, partition }));
  for (let checks = 0; ; checks++) {
    const offsets = await admin.listShareGroupOffsets(id, { partitions });
    // What the broker keeps is behind where a write of it failed or records were deleted, and it does not know the lag after a start: then the
    // members know.
    const left = offsets.filter(({ partition, lag }) => lag !== 0n && !history.mayBeDone(partition));
    if (offsets.length === partitions.length && left.length === 0) break;
    if (checks === MOST_CHECKS) {
      const places = left.map(({ partition, startOffset, lag }) => `${partition} from ${startOffset} (${lag})`);
      throw new Violation(`${id} does not come to the end of ${topic.name}: ${places.join(', ')}`);
    }
    await sleep(clock, CHECK_INTERVAL_MS);
  }
  trace.event(`${id} is at the end of ${topic.name}`);
}

/** One member after the other, until the group is over. */
async function haveMember(context: RunContext, group: ShareGroup, lockDurationMs: number): Promise<void> {
  const { clients, clock, trace } = context;
  const random = context.random();
  while (group.phase !== 'over') {
    const member: ShareMember = { name: `${group.id}/${group.members++}`, askedSinceMs: 0 };
    const gate = new ProcessGate();
    const memberClock = new SimulatedClock(clock, gate);
    const consumer = clients.shareConsumer(
      member.name,
      { clock: memberClock, network: group.network.forProcess('clients', gate) },
      {
        groupId: group.id,
        acknowledgementMode: random.integer(2) === 0 ? 'explicit' : 'implicit',
        acquireMode: random.integer(2) === 0 ? 'record-limit' : 'batch-optimized',
        maxPollRecords: [1, 7, 500][random.integer(3)] ?? 1,
        fetchMaxWaitMs: FETCH_WAIT_MS,
        onAcknowledged: (outcomes) => {
          for (const outcome of outcomes) {
            trace.detail(
              `${member.name}: ${outcome.offsets.join(' ')} of ${outcome.partition} ${outcome.error?.message ?? 'done'}`,
            );
            group.history.answer(member, outcome);
          }
        },
      },
    );
    consumer.subscribe([group.topic.name]);
    const life = live({ context, group, member, consumer, random, clock: memberClock, lockDurationMs });
    const isLost = random.integer(3) === 0 && group.phase === 'disturbed';
    const end = await Promise.race([life, ...(isLost ? [sleep(clock, random.integer(3000)).then(() => 'lost')] : [])]);
    if (end !== 'lost') continue;
    trace.event(`${member.name} is lost`);
    gate.kill();
    group.history.end(member, { isAsking: true });
    // Where its machine is gone too, the broker hears nothing of it.
    if (random.integer(2) === 0) await group.network.endConnectionsOf(gate);
  }
}

interface Life {
  readonly context: RunContext;
  readonly group: ShareGroup;
  readonly member: ShareMember;
  readonly consumer: ShareConsumer;
  readonly random: Random;
  readonly clock: Clock;
  readonly lockDurationMs: number;
}

/** Until the member leaves, at the latest when the group is over. */
async function live({ context, group, member, consumer, random, clock, lockDurationMs }: Life): Promise<'left'> {
  const { swarm, trace } = context;
  let given: readonly ShareRecord[] = [];
  let isWaiting = false;
  for (;;) {
    // The answer to a poll that gave nothing may still be under way.
    if (!isWaiting) member.askedSinceMs = clock.monotonic();
    given = await poll(context, consumer);
    isWaiting = given.length === 0;
    for (const record of given) group.history.give(member, record);
    const isEnding = group.phase !== 'disturbed';
    if (given.length > 0 && !isEnding) await sleep(clock, thinkMs(random, swarm.maxThinkMs, lockDurationMs));
    for (const record of given) {
      const fate = isEnding ? 'accept' : fateOf(random);
      group.history.say(member, record, fate);
      consumer.acknowledge(record, fate);
    }
    if (given.length > 0 && random.integer(3) === 0) await consumer.commit();
    const isLeaving = given.length > 0 && !isEnding && random.integer(15) === 0;
    if (!isLeaving && group.phase !== 'over') continue;
    group.history.end(member, { isAsking: false });
    await consumer.close();
    trace.detail(`${member.name} has left`);
    return 'left';
  }
}

/** A fault may reach a member as an error, but not for ever: the group must come to the end. */
async function poll({ trace }: RunContext, consumer: ShareConsumer): Promise<readonly ShareRecord[]> {
  try {
    return await consumer.poll(POLL_MS);
  } catch (error) {
    trace.event(`a member of a share group cannot poll: ${(error as Error).message}`);
    return [];
  }
}

/** Now and then longer than its locks last. */
function thinkMs(random: Random, maxThinkMs: number, lockDurationMs: number): number {
  if (random.integer(20) === 0) return random.integer(lockDurationMs * 2);
  return random.integer(maxThinkMs + 1);
}

function fateOf(random: Random): Acknowledgement {
  return (['accept', 'accept', 'accept', 'release', 'reject'] as const)[random.integer(5)] ?? 'accept';
}
