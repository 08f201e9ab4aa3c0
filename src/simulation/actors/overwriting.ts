// A producer that overwrites and deletes the values of a few keys, in a topic that is compacted meanwhile.

import { sleep } from '../../platform/index.ts';
import { KEYED_TOPIC, NUMBER_HEADER, type Overwrite } from '../history.ts';
import type { RunContext } from '../run-context.ts';

/** Few, so that most records are outdated soon. */
const KEYS = 4;
const TOMBSTONE_PERCENT = 20;

/** Resolves when every record is acknowledged. */
export async function overwriteKeys(context: RunContext): Promise<void> {
  const { clients, history, clock, swarm, trace } = context;
  if (swarm.overwrites === 0) return;
  const random = context.random();
  await createKeyedTopic(context);
  await using producer = clients.producer('overwriter', {
    compression: swarm.compression,
    lingerMs: random.integer(2) * random.integer(20),
    batchSize: random.integer(2) === 0 ? 300 : 16_384,
  });
  const sends: Promise<void>[] = [];
  for (let number = 0; number < swarm.overwrites; number++) {
    const isTombstone = random.integer(100) < TOMBSTONE_PERCENT;
    const key = `key ${random.integer(KEYS)}`;
    const overwrite: Overwrite = { key, isTombstone, offset: undefined };
    history.overwrites.push(overwrite);
    const value = isTombstone ? null : `${number}.`.repeat(1 + random.integer(swarm.maxValueBytes) / 4);
    const headers = [[NUMBER_HEADER, Buffer.from(`${number}`)]] as const;
    const sent = producer.send({ topic: KEYED_TOPIC, partition: 0, key, value, headers }).then(({ offset }) => {
      overwrite.offset = offset;
      trace.detail(`record ${number} of ${key} is at ${offset}`);
    });
    // Whatever it ends with is looked at below; until then nobody waits for it.
    sent.catch(() => {});
    sends.push(sent);
    await sleep(clock, random.integer(swarm.maxThinkMs + 1));
  }
  await Promise.all(sends);
}

async function createKeyedTopic({ clients, swarm, trace }: RunContext): Promise<void> {
  await using admin = clients.admin();
  const configs = { ...swarm.topicConfigs, ...swarm.keyedTopicConfigs };
  const [created] = await admin.createTopics([{ name: KEYED_TOPIC, numPartitions: 1, configs }]);
  trace.event(`create ${KEYED_TOPIC}: ${created?.error?.message ?? 'done'}`);
}
