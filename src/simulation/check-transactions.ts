// Holds what read_committed readers are given against what became of the transactions: all of each or none, in order, and its offset with it.

import type { Admin } from '../client/index.ts';
import { sleep } from '../platform/index.ts';
import type { Clients } from './clients.ts';
import {
  type History,
  TRANSACTIONS_GROUP,
  TRANSACTIONS_PARTITIONS,
  TRANSACTIONS_TOPIC,
  type TransactionHistory,
} from './history.ts';
import { readEverything } from './read-everything.ts';
import { promise } from './violation.ts';

const WAIT_MS = 1000;
/** Longer than a transaction stays open. */
const MOST_TRIES = 120;

/** While transactions go on, one that has no outcome yet may be in one partition already and not in another. */
export async function checkTransactions(clients: Clients, { transactions }: History, isOver: boolean): Promise<void> {
  const before = transactions.map(({ outcome }) => outcome);
  if (before.every((outcome) => outcome === 'unknown')) return;
  const partitions: Set<number>[] = [];
  for (let partition = 0; partition < TRANSACTIONS_PARTITIONS; partition++) {
    const name = `${TRANSACTIONS_TOPIC}-${partition}`;
    const numbers = await readNumbers(clients, partition, before);
    for (const [index, number] of numbers.entries()) {
      const last = numbers[index - 1] ?? -1;
      promise(number > last, () => `${name} gives transaction ${number} behind transaction ${last}`);
      const outcome = transactions[number]?.outcome;
      promise(outcome !== undefined, () => `${name} gives transaction ${number}, which nobody began`);
      promise(outcome !== 'aborted', () => `${name} gives transaction ${number}, which was aborted`);
    }
    partitions.push(new Set(numbers));
  }
  await using admin = clients.admin();
  const offset = await committedOffset(admin);
  for (const [number, outcome] of before.entries()) {
    const holders = partitions.filter((numbers) => numbers.has(number)).length;
    const isWhole = holders === partitions.length || (holders === 0 && outcome !== 'committed');
    const mayBeUnderWay = !isOver && outcome === 'unknown';
    promise(isWhole || mayBeUnderWay, () => `transaction ${number} is in ${holders} partitions, it was ${outcome}`);
    if (outcome === 'committed')
      promise(offset >= number, () => `the offset of transaction ${number} is lost: it is ${offset}`);
    if (outcome === 'aborted')
      promise(offset !== number, () => `the offset of transaction ${number} is there, which was aborted`);
  }
}

/** The answer to a commit comes before its markers are written: readers may have to wait for them. */
async function readNumbers(
  clients: Clients,
  partition: number,
  outcomes: readonly TransactionHistory['outcome'][],
): Promise<number[]> {
  for (let tries = 0; ; tries++) {
    const place = { topic: TRANSACTIONS_TOPIC, partition };
    const { records } = await readEverything(clients, place, { readCommitted: true });
    const numbers = records.map(({ value }) => Number.parseInt(value, 10));
    const isComplete = outcomes.every((outcome, number) => outcome !== 'committed' || numbers.includes(number));
    if (isComplete || tries === MOST_TRIES) return numbers;
    await sleep(clients.clock, WAIT_MS);
  }
}

/** -1 when there is none. */
async function committedOffset(admin: Admin): Promise<number> {
  // Asked for all offsets a broker leaves out, as Apache Kafka does, the partitions of which an open transaction has the first one.
  const partitions = [{ topic: TRANSACTIONS_TOPIC, partition: 0 }];
  const [found] = await admin.listGroupOffsets(TRANSACTIONS_GROUP, { partitions, requireStable: true });
  return Number(found?.offset ?? -1n);
}
