// Random commits, transactional ones and deletions, while appends are lost and the coordinator restarts, beside a model in which a later
// write wins and a transaction's offsets count from its end on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../../../platform/index.ts';
import { errorName, ZERO_UUID } from '../../../protocol/index.ts';
import { commit, committed, context, createFixture, type Fixture, GROUP } from '../group-fixture.ts';

const SEEDS = 20;
const STEPS = 150;
const TOPICS = ['a', 'b', 'c'];
const PRODUCERS = 3;
/** In a hundred steps, how many lose what they append. */
const LOST = 10;

interface Written {
  readonly offset: bigint;
  /** Its place among all writes. */
  readonly place: number;
}

class Model {
  readonly offsets = new Map<string, Written>();
  /** By producer and topic, what open transactions have written. */
  readonly pending = new Map<number, Map<string, Written>>();

  end(producer: number, isCommit: boolean): void {
    for (const [topic, written] of this.pending.get(producer) ?? []) {
      const current = this.offsets.get(topic);
      if (isCommit && (current === undefined || current.place < written.place)) this.offsets.set(topic, written);
    }
    this.pending.delete(producer);
  }

  /** Also what open transactions have written. */
  delete(topic: string): void {
    this.offsets.delete(topic);
    for (const written of this.pending.values()) written.delete(topic);
  }

  isStable(topic: string): boolean {
    return ![...this.pending.values()].some((written) => written.has(topic));
  }
}

test(`offsets are those that a simple model has (${SEEDS} seeds)`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      await run(new SeededRandom(seed));
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
});

async function run(random: SeededRandom): Promise<void> {
  const fixture = await createFixture();
  const model = new Model();
  for (let place = 0; place < STEPS; place++) {
    const topic = TOPICS[random.integer(TOPICS.length)] ?? 'a';
    const producer = random.integer(PRODUCERS);
    const written = { offset: BigInt(random.integer(1000)), place };
    const dice = random.integer(100);
    if (dice < 30) {
      await attempt(
        fixture,
        random,
        () => commit(fixture, { [topic]: written.offset }),
        (isWritten) => {
          if (isWritten) model.offsets.set(topic, written);
        },
      );
    } else if (dice < 60) {
      await attempt(
        fixture,
        random,
        () => commitInTransaction(fixture, producer, topic, written.offset),
        (isWritten) => {
          if (!isWritten) return;
          const pending = model.pending.get(producer) ?? new Map<string, Written>();
          model.pending.set(producer, pending.set(topic, written));
        },
      );
    } else if (dice < 80) {
      const isCommit = random.integer(3) > 0;
      await attempt(
        fixture,
        random,
        () => end(fixture, producer, isCommit),
        (isWritten) => {
          if (isWritten) model.end(producer, isCommit);
        },
      );
    } else if (dice < 90) {
      await attempt(
        fixture,
        random,
        () => deleteOffset(fixture, topic),
        (isWritten) => {
          if (isWritten) model.delete(topic);
        },
      );
    } else await fixture.restart();
    await compare(fixture, model);
  }
}

/** Does it, or loses its append: then it may be in the log all the same, as after a lost answer. */
async function attempt(
  { log, clock }: Fixture,
  random: SeededRandom,
  operation: () => Promise<unknown>,
  outcome: (isWritten: boolean) => void,
): Promise<void> {
  if (random.integer(100) >= LOST) {
    await operation();
    return outcome(true);
  }
  log.isHolding = true;
  const asked = Promise.allSettled([operation()]);
  await clock.advanceAndSettle(0);
  const isWritten = log.held > 0 && random.integer(2) === 0;
  // What has nothing to write is answered as ever.
  const hasNothing = log.held === 0;
  log.fail(new Error('lost'), isWritten);
  log.isHolding = false;
  await asked;
  await clock.advanceAndSettle(1000);
  outcome(isWritten || hasNothing);
}

async function compare(fixture: Fixture, model: Model): Promise<void> {
  const expected = Object.fromEntries(Array.from(model.offsets, ([topic, { offset }]) => [topic, offset]));
  const actual = await committed(fixture);
  const known = Object.fromEntries(Object.entries(actual).filter(([, offset]) => offset >= 0n));
  assert.deepEqual(sorted(known), sorted(expected));
  for (const topic of TOPICS) {
    const answer = await stableOffset(fixture, topic);
    assert.equal(answer, model.isStable(topic) ? (expected[topic] ?? -1n) : 'UNSTABLE_OFFSET_COMMIT', topic);
  }
}

function sorted(offsets: Readonly<Record<string, bigint>>): [string, bigint][] {
  return Object.entries(offsets).sort(([one], [other]) => (one < other ? -1 : 1));
}

async function commitInTransaction({ coordinator }: Fixture, producer: number, name: string, committedOffset: bigint) {
  const partitions = [{ partitionIndex: 0, committedOffset, committedLeaderEpoch: 3, committedMetadata: 'note' }];
  const response = await coordinator.commitTransactionalOffsets(
    {
      transactionalId: `copier-${producer}`,
      groupId: GROUP,
      producerId: BigInt(producer),
      producerEpoch: 0,
      generationId: -1,
      memberId: '',
      groupInstanceId: null,
      topics: [{ name, partitions }],
    },
    () => {},
  );
  assert.notEqual(errorName(response.topics[0]?.partitions[0]?.errorCode ?? 0), 'INVALID_PRODUCER_EPOCH');
}

function end({ coordinator }: Fixture, producer: number, isCommit: boolean) {
  const identity = { producerId: BigInt(producer), producerEpoch: 0 };
  return coordinator.completeTransaction(0, { ...identity, isCommit, coordinatorEpoch: 0, transactionVersion: 1 });
}

function deleteOffset({ coordinator }: Fixture, name: string) {
  const topics = [{ name, partitions: [{ partitionIndex: 0 }] }];
  return coordinator.deleteOffsets(context(0), { groupId: GROUP, topics });
}

async function stableOffset({ coordinator }: Fixture, name: string) {
  const topics = [{ name, topicId: ZERO_UUID, partitionIndexes: [0] }];
  const request = { groupId: GROUP, memberId: null, memberEpoch: -1, topics };
  const response = await coordinator.fetchOffsets(context(9), request, true);
  const [partition] = response.topics[0]?.partitions ?? [];
  return partition?.errorCode === 0 ? partition.committedOffset : errorName(partition?.errorCode ?? 0);
}
