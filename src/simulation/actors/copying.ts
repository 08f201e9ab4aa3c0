// A topic that is copied in transactions, with the offsets of a group, by copiers that take over from each other while the network and the broker fail:
// at the end each record of the source is in the copy once, in order.

import { type Consumer, type Producer, TransactionAbortedError } from '../../client/index.ts';
import { type Random, sleep } from '../../platform/index.ts';
import { COPY_SOURCE, COPY_TARGET } from '../history.ts';
import { readEverything } from '../read-everything.ts';
import type { RunContext } from '../run-context.ts';
import { promise } from '../violation.ts';

const PARTITIONS = 2;
const COPIERS = 2;
const GROUP = 'copiers';
const POLL_MS = 300;
const MOST_TRIES = 100;
const RECORDS_PER_TRANSACTION = 5;
const SESSION = { sessionTimeoutMs: 6000, heartbeatIntervalMs: 500 };
/** Of ten transactions: 0 is given up by its copier, which goes on; 1 is left open, and the copier's successor comes. */
const GIVE_UP = 0;
const DISAPPEAR = 1;

/** Resolves when the copy is complete and was compared. */
export async function copyTopic(context: RunContext): Promise<void> {
  const { clients, swarm } = context;
  if (swarm.copiedRecords === 0) return;
  {
    await using admin = clients.admin();
    await admin.createTopics([COPY_SOURCE, COPY_TARGET].map((name) => ({ name, numPartitions: PARTITIONS })));
  }
  const complete = new AbortController();
  const copiers = Array.from({ length: COPIERS }, (_, index) => copyUntil(context, `copier-${index}`, complete.signal));
  // Whatever a copier runs into ends the wait for the copy too.
  const failure = Promise.all(copiers).then(() => {});
  failure.catch(() => {});
  await Promise.race([Promise.all([fill(context), untilCommitted(context)]), failure]);
  complete.abort();
  await failure;
  for (let partition = 0; partition < PARTITIONS; partition++) await compare(context, partition);
}

/** Writes the source, as an idempotent producer. */
async function fill(context: RunContext): Promise<void> {
  const { clients, clock, swarm } = context;
  const random = context.random();
  await using producer = clients.producer('source', { lingerMs: random.integer(5) });
  const sent: Promise<unknown>[] = [];
  for (let index = 0; index < swarm.copiedRecords; index++) {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const sending = producer.send({ topic: COPY_SOURCE, partition, value: String(index) });
      // Looked at below; until then nobody waits for it.
      sending.catch(() => {});
      sent.push(sending);
    }
    await sleep(clock, random.integer(swarm.maxThinkMs + 1));
  }
  await Promise.all(sent);
}

async function copyUntil(context: RunContext, name: string, signal: AbortSignal): Promise<void> {
  const { clients, trace } = context;
  const random = context.random();
  while (!signal.aborted) {
    const producer = clients.producer(name, { transactionalId: name });
    const consumer = clients.consumer(name, {
      ...{ groupId: GROUP, autoCommit: false, readCommitted: true, fetchMaxWaitMs: 100, ...SESSION },
      maxPollRecords: RECORDS_PER_TRANSACTION,
    });
    consumer.subscribe([COPY_SOURCE]);
    try {
      while (!signal.aborted && (await copySome(context, producer, consumer, random)));
    } catch (error) {
      // It is not known what became of the transaction: whoever comes next asks what was committed.
      trace.event(`${name} gives up: ${(error as Error).message}`);
    } finally {
      await producer.close(0);
      await consumer.close();
    }
  }
}

/** False when the copier is to end, as if it had crashed. */
async function copySome(
  { clock, swarm, trace }: RunContext,
  producer: Producer,
  consumer: Consumer,
  random: Random,
): Promise<boolean> {
  const batch = await consumer.poll(POLL_MS);
  const [first] = batch?.records ?? [];
  if (batch === undefined || first === undefined) return true;
  const { partition } = batch;
  const fate = random.integer(10);
  try {
    await using transaction = await producer.begin();
    for (const { value } of batch.records) transaction.send({ topic: COPY_TARGET, partition, value }).catch(() => {});
    transaction.sendOffsets(consumer).catch(() => {});
    await sleep(clock, random.integer(swarm.maxThinkMs + 1));
    if (fate === DISAPPEAR) return false;
    if (fate !== GIVE_UP) {
      await transaction.commit();
      trace.detail(`copied ${batch.records.length} of partition ${partition} from ${first.offset}`);
      return true;
    }
  } catch (error) {
    if (!(error instanceof TransactionAbortedError && error.retriable)) throw error;
  }
  const isMine = consumer.assignment.some((assigned) => assigned.partition === partition);
  if (isMine) consumer.seek({ topic: COPY_SOURCE, partition }, first.offset);
  return true;
}

async function untilCommitted({ clients, clock, swarm }: RunContext): Promise<void> {
  await using admin = clients.admin();
  for (;;) {
    const offsets = await admin.listGroupOffsets(GROUP).catch(() => []);
    const isComplete = ({ topic, offset }: { topic: string; offset: bigint }) =>
      topic === COPY_SOURCE && offset >= BigInt(swarm.copiedRecords);
    if (offsets.filter(isComplete).length === PARTITIONS) return;
    await sleep(clock, POLL_MS);
  }
}

async function compare({ clients, clock, swarm, trace }: RunContext, partition: number): Promise<void> {
  const place = { topic: COPY_TARGET, partition };
  const expected = Array.from({ length: swarm.copiedRecords }, (_, index) => String(index));
  let copied: string[] = [];
  // A group has its offsets before the last partition has its marker.
  for (let tries = 0; tries < MOST_TRIES && copied.length < expected.length; tries++) {
    await sleep(clock, POLL_MS);
    copied = (await readEverything(clients, place, { readCommitted: true })).records.map(({ value }) => value);
  }
  promise(
    copied.join() === expected.join(),
    () => `partition ${partition} of ${expected.length} records was copied as ${copied.join()}`,
  );
  trace.event(`partition ${partition} was copied exactly once`);
}
