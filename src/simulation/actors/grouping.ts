// Members of one consumer group, of either protocol, who read the first topic together, commit behind every batch, and leave nothing out.

import { isRetriable } from '../../client/index.ts';
import type { CommitHistory, TopicHistory } from '../history.ts';
import type { RunContext } from '../run-context.ts';
import { promise } from '../violation.ts';

const POLL_MS = 300;
const GROUP = 'members';

/** Reads as a member until the signal is aborted. What it is given begins where the group has committed. */
export async function joinGroup(context: RunContext, topic: TopicHistory, signal: AbortSignal): Promise<void> {
  await using consumer = context.clients.consumer('member', {
    groupId: GROUP,
    groupProtocol: context.swarm.groupProtocol,
    autoCommit: false,
    // In the newer protocol the broker says these.
    ...(context.swarm.groupProtocol === 'classic' && { sessionTimeoutMs: 6000, heartbeatIntervalMs: 500 }),
    fetchMaxWaitMs: 100,
  });
  /** By partition: the offset that comes next, for as long as this member has it. */
  const next = new Map<number, bigint>();
  const forget = () => next.clear();
  consumer.subscribe([topic.name], { onAssigned: forget, onRevoked: forget });
  let { powerCuts } = context;
  /** Partitions of which something may come again at other offsets: it was fetched before the power was cut, given since, and is lost. */
  const mayGoBack = new Set<number>();
  while (!signal.aborted) {
    const batch = await consumer.poll(POLL_MS);
    if (powerCuts !== context.powerCuts) {
      forget();
      for (let partition = 0; partition < topic.partitions; partition++) mayGoBack.add(partition);
    }
    powerCuts = context.powerCuts;
    if (batch === undefined) continue;
    const name = `${topic.name}-${batch.partition}`;
    for (const { offset } of batch.records) {
      const expected = next.get(batch.partition);
      const isComplete =
        expected === undefined ||
        offset === expected ||
        (offset < expected && mayGoBack.delete(batch.partition)) ||
        context.history.mayBeTrimmed(topic, batch.partition, offset - 1n);
      promise(isComplete, () => `a member is given ${offset} of ${name} where ${expected} should come`);
      next.set(batch.partition, offset + 1n);
    }
    const commit = context.history.commit(GROUP, topic, batch.partition);
    await commitBehind(context, commit, batch.nextOffset, () =>
      consumer.commit([{ topic: topic.name, partition: batch.partition, offset: batch.nextOffset }]),
    );
  }
}

async function commitBehind(
  context: RunContext,
  history: CommitHistory,
  offset: bigint,
  commit: () => Promise<void>,
): Promise<void> {
  // After a rebalance another member may begin a little before this one ended, so that commits need not grow.
  history.asked = history.asked > offset ? history.asked : offset;
  history.acknowledged = undefined;
  try {
    await commit();
    context.trace.detail(`a member committed ${offset} of ${history.topic.name}-${history.partition}`);
  } catch (error) {
    // A member that was left out of the group hears of it here, and joins again with its next poll.
    context.trace.event(`a member could not commit: ${(error as Error).message}, ${isRetriable(error)}`);
  }
}
