// Commits growing offsets for a group without members, and notes which commits were acknowledged.

import { sleep } from '../../platform/index.ts';
import type { RunContext } from '../run-context.ts';
import { Violation } from '../violation.ts';

export async function commitOffsets(context: RunContext, group: string): Promise<void> {
  const { clients, clock, history, swarm, trace } = context;
  const random = context.random();
  await using admin = clients.admin();
  for (let round = 0; round < swarm.commits; round++) {
    await sleep(clock, random.integer(swarm.maxThinkMs * 2 + 5));
    const topics = history.liveTopics;
    const topic = topics[random.integer(Math.max(topics.length, 1))];
    if (topic === undefined) continue;
    const partition = random.integer(topic.partitions);
    const commit = history.commit(group, topic, partition);
    const offset = commit.asked + 1n + BigInt(random.integer(3));
    commit.asked = offset;
    const [result] = await admin.alterGroupOffsets(group, [{ topic: topic.name, partition, offset }]);
    const name = `${group} at ${topic.name}-${partition}`;
    if (result?.error === undefined) {
      commit.acknowledged = offset;
      trace.detail(`the offset of ${name} is ${offset}`);
    } else {
      trace.event(`the offset of ${name} was not set: ${result.error.message}`);
      if (topic.state === 'live') throw new Violation(`Cannot commit for ${name}: ${result.error.message}`);
    }
  }
}
