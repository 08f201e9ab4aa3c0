// A producer of transactions, each a record in every partition of a topic of their own and an offset of a group, and what it is told about each.

import { type Producer, TransactionAbortedError } from '../../client/index.ts';
import { type Random, sleep } from '../../platform/index.ts';
import {
  TRANSACTIONS_GROUP,
  TRANSACTIONS_PARTITIONS,
  TRANSACTIONS_TOPIC,
  type TransactionHistory,
} from '../history.ts';
import type { RunContext } from '../run-context.ts';

const PLACES = Array.from({ length: TRANSACTIONS_PARTITIONS }, (_, partition) => ({
  topic: TRANSACTIONS_TOPIC,
  partition,
}));

export async function transact(context: RunContext): Promise<void> {
  const { clients, clock, history, swarm, trace } = context;
  if (swarm.transactions === 0) return;
  const random = context.random();
  await using admin = clients.admin();
  await admin.createTopics([{ name: TRANSACTIONS_TOPIC, numPartitions: TRANSACTIONS_PARTITIONS }]);
  const start = () =>
    clients.producer('transactions', { transactionalId: 'transactions', lingerMs: random.integer(3) });
  let producer = start();
  try {
    for (let number = 0; number < swarm.transactions; number++) {
      await sleep(clock, random.integer(swarm.maxThinkMs + 1));
      const transaction: TransactionHistory = { number, outcome: 'unknown' };
      history.transactions.push(transaction);
      try {
        transaction.outcome = await runTransaction(context, producer, number, random);
      } catch (error) {
        if (error instanceof TransactionAbortedError) transaction.outcome = 'aborted';
        trace.event(`transaction ${number}: ${(error as Error).message}`);
      }
      trace.event(`transaction ${number}: ${transaction.outcome}`);
      // Another producer with the same id takes over, and ends what this one has left.
      if (transaction.outcome === 'unknown' || random.integer(5) === 0) {
        await producer.close(0);
        producer = start();
      }
    }
  } finally {
    await producer.close(0);
  }
}

/** Resolves to what became of it; to `unknown` where it was left open. */
async function runTransaction(
  { clock, swarm }: RunContext,
  producer: Producer,
  number: number,
  random: Random,
): Promise<TransactionHistory['outcome']> {
  const transaction = await producer.begin();
  const text = `${number}/`;
  const value = text.padEnd(text.length + random.integer(swarm.maxValueBytes), '.');
  // What fails is told by the commit.
  for (const place of PLACES) transaction.send({ ...place, value }).catch(() => {});
  const group = { groupId: TRANSACTIONS_GROUP, generationId: -1, memberId: '', groupInstanceId: null };
  const offset = { topic: TRANSACTIONS_TOPIC, partition: 0, offset: BigInt(number) };
  transaction.sendOffsets(group, [offset]).catch(() => {});
  await sleep(clock, random.integer(swarm.maxThinkMs + 1));
  const fate = random.integer(10);
  if (fate === 0) return 'unknown';
  if (fate < 4) {
    await transaction.abort();
    return 'aborted';
  }
  await transaction.commit();
  return 'committed';
}
