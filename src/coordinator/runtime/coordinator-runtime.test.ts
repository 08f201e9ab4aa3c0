import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ManualClock } from '../../platform/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import type { Awaiting } from './awaiting.ts';
import type { LogMarker } from './coordinator-log.ts';
import { CoordinatorRuntime } from './coordinator-runtime.ts';
import { MemoryLog } from './memory-log.ts';
import type { OperationResult, ReplayContext, ShardContext, StateMachine } from './state-machine.ts';

/** A list of words; operations add to it. */
class Words implements StateMachine<string> {
  readonly words: string[] = [];
  readonly context: ShardContext<string>;
  /** Words of open transactions, by producer. */
  readonly pending = new Map<bigint, string[]>();
  waiting: Awaiting<string> | undefined;

  constructor(context: ShardContext<string>) {
    this.context = context;
  }

  replay(record: string, { producer }: ReplayContext): void {
    if (record === 'poison') throw new Error('cannot apply this');
    if (producer === undefined) this.words.push(record);
    else this.pending.set(producer.producerId, [...(this.pending.get(producer.producerId) ?? []), record]);
  }

  replayMarker({ producerId, isCommit }: Pick<LogMarker, 'producerId' | 'isCommit'>): void {
    if (isCommit) this.words.push(...(this.pending.get(producerId) ?? []));
    this.pending.delete(producerId);
  }
}

const serde = {
  serialize: (record: string) => ({ key: null, value: Buffer.from(record) }),
  deserialize: ({ value }: { value: Buffer | null }) => value?.toString(),
};

async function start(options: { log?: MemoryLog; clock?: ManualClock; isLoaded?: boolean } = {}) {
  const { log = new MemoryLog(), clock = new ManualClock(), isLoaded = true } = options;
  const createState = (context: ShardContext<string>) => new Words(context);
  const runtime = new CoordinatorRuntime({ log, clock, serde, logger: silentLogger, createState });
  if (isLoaded) await runtime.load(0);
  return { log, clock, runtime, createState };
}

function add(...words: string[]): () => OperationResult<string, string> {
  return () => ({ records: words, response: words.join() });
}

const all = ({ words }: Words) => words.join();

/** What a promise has come to so far: its value, its error's code, or 'pending'. */
async function outcome(promise: Promise<unknown>): Promise<unknown> {
  let result: unknown = 'pending';
  promise.then(
    (value) => {
      result = value;
    },
    (error) => {
      result = error instanceof KafkaError ? error.code : error.message;
    },
  );
  await settle();
  return result;
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('the runtime of coordinators', () => {
  it('releases a response when its records are committed, not before', async () => {
    const { log, runtime } = await start();
    log.isHolding = true;
    const response = runtime.write(0, add('a'));
    assert.equal(await outcome(response), 'pending');
    log.commit();
    assert.equal(await response, 'a');
  });

  it('applies records at once, so that the next operation decides on what is true then', async () => {
    const { log, runtime } = await start();
    log.isHolding = true;
    void runtime.write(0, add('a')).catch(() => {});
    const seen = runtime.write(0, (state) => ({ records: [], response: all(state) }));
    assert.equal(await outcome(seen), 'pending');
    log.commit();
    assert.equal(await seen, 'a');
  });

  it('writes operations of one turn as one batch, and gathers those that come during an append into the next', async () => {
    const { log, runtime } = await start();
    log.isHolding = true;
    const writes = [runtime.write(0, add('a')), runtime.write(0, add('b'))];
    await settle();
    writes.push(runtime.write(0, add('c')), runtime.write(0, add('d')));
    await settle();
    assert.equal(log.held, 1);
    log.commit();
    await settle();
    log.commit();
    await Promise.all(writes);
    assert.deepEqual(
      log.batches(0).map((batch) => batch.map(({ value }) => value?.toString())),
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    );
  });

  it('answers a read when everything that it shows is committed', async () => {
    const { log, runtime } = await start();
    log.isHolding = true;
    const write = runtime.write(0, add('a'));
    const read = runtime.read(0, all);
    assert.equal(await outcome(read), 'pending');
    log.commit();
    assert.equal(await read, 'a');
    await write;
  });

  it('tells an error when what it may rest on is committed', async () => {
    const { log, runtime } = await start();
    log.isHolding = true;
    const write = runtime.write(0, add('a'));
    const refused = runtime.write(0, () => {
      throw new KafkaError('TOPIC_ALREADY_EXISTS');
    });
    assert.equal(await outcome(refused), 'pending');
    log.commit();
    assert.equal(await outcome(refused), 'TOPIC_ALREADY_EXISTS');
    await write;
  });

  it('refuses everyone who waits after a failed append, and goes on with what the log has', async () => {
    const { log, runtime } = await start();
    await runtime.write(0, add('a'));
    log.isHolding = true;
    const waiting = [outcome(runtime.write(0, add('b')))];
    await undefined;
    waiting.push(outcome(runtime.write(0, add('c'))), outcome(runtime.read(0, all)));
    log.fail(new Error('the disk is gone'));
    assert.deepEqual(await Promise.all(waiting), Array(3).fill('COORDINATOR_NOT_AVAILABLE'));
    log.isHolding = false;
    assert.equal(await runtime.read(0, all), 'a');
  });

  it('goes on with a batch that reached the log although its append failed', async () => {
    const { log, runtime } = await start();
    log.isHolding = true;
    const lost = outcome(runtime.write(0, add('a')));
    await undefined;
    log.fail(new KafkaError('KAFKA_STORAGE_ERROR'), true);
    assert.equal(await lost, 'NOT_COORDINATOR');
    log.isHolding = false;
    assert.equal(await runtime.read(0, all), 'a');
  });

  it('loads the log again when a record cannot be applied', async () => {
    const { runtime } = await start();
    await runtime.write(0, add('a'));
    assert.equal(await outcome(runtime.write(0, add('b', 'poison'))), 'cannot apply this');
    await settle();
    assert.equal(await runtime.read(0, all), 'a');
  });

  it('loads the log again when an operation stops half-way through a change, and not for a failed read', async () => {
    const { runtime } = await start();
    await runtime.write(0, add('a'));
    const broken = runtime.write(0, ({ words }) => {
      words.push('half');
      throw new Error('a mistake');
    });
    assert.equal(await outcome(broken), 'a mistake');
    const failedRead = runtime.read(0, () => {
      throw new Error('another mistake');
    });
    assert.equal(await outcome(failedRead), 'another mistake');
    assert.equal(await runtime.read(0, all), 'a');
  });

  it('refuses requests for partitions that are loading, were unloaded or never loaded', async () => {
    const { runtime } = await start({ isLoaded: false });
    assert.equal(await outcome(runtime.write(0, add('a'))), 'NOT_COORDINATOR');
    const loading = runtime.load(0);
    assert.equal(await outcome(runtime.read(0, all)), 'COORDINATOR_LOAD_IN_PROGRESS');
    await loading;
    assert.equal(await outcome(runtime.read(0, all)), '');
    await runtime.unload(0);
    assert.equal(await outcome(runtime.read(0, all)), 'NOT_COORDINATOR');
  });

  it('tries a failed load again after a while', async () => {
    const { log, clock, runtime } = await start({ isLoaded: false });
    log.loadError = new Error('unreadable');
    await assert.rejects(runtime.load(0), /unreadable/);
    assert.equal(await outcome(runtime.read(0, all)), 'COORDINATOR_LOAD_IN_PROGRESS');
    await clock.advanceAndSettle(1000);
    assert.equal(await runtime.read(0, all), '');
  });

  it('has the same state after loading again', async () => {
    const { log, runtime } = await start();
    await runtime.write(0, add('a', 'b'));
    await runtime.write(0, add('c'));
    const again = await start({ log });
    assert.equal(await again.runtime.read(0, all), 'a,b,c');
    assert.equal(await runtime.read(0, all), 'a,b,c');
  });

  it('refuses records that do not fit into a batch, and applies none of them', async () => {
    const { runtime } = await start({ log: new MemoryLog(200) });
    assert.equal(await outcome(runtime.write(0, add('a'.repeat(80), 'b'.repeat(80)))), 'RECORD_LIST_TOO_LARGE');
    assert.equal(await runtime.read(0, all), '');
  });

  it('splits records that may be divided over several batches', async () => {
    const { log, runtime } = await start({ log: new MemoryLog(200) });
    const words = ['a'.repeat(80), 'b'.repeat(80)];
    await runtime.write(0, () => ({ ...add(...words)(), isDivisible: true }));
    assert.equal(log.batches(0).length, 2);
  });

  it('refuses operations while too much waits to be written', async () => {
    const { log, createState } = await start();
    const runtime = new CoordinatorRuntime({
      log,
      clock: new ManualClock(),
      serde,
      logger: silentLogger,
      createState,
      maxWaitingBytes: 50,
    });
    await runtime.load(1);
    log.isHolding = true;
    const writes = [runtime.write(1, add('a'))];
    await settle();
    writes.push(runtime.write(1, add('b'.repeat(100))));
    assert.equal(await outcome(runtime.write(1, add('c'))), 'COORDINATOR_NOT_AVAILABLE');
    log.commit();
    await settle();
    log.commit();
    await Promise.all(writes);
  });
});

describe('a response that a later operation completes', () => {
  const park = (state: Words): OperationResult<string, string> => {
    state.waiting = state.context.awaitResponse<string>();
    return { records: [], response: state.waiting };
  };
  const release = (state: Words): OperationResult<string, string> => {
    state.waiting?.complete('released');
    return { records: ['a'], response: 'done' };
  };

  it('is released with the commit of the operation that completes it', async () => {
    const { log, runtime } = await start();
    const parked = runtime.write(0, park);
    log.isHolding = true;
    const write = runtime.write(0, release);
    assert.equal(await outcome(parked), 'pending');
    log.commit();
    assert.equal(await parked, 'released');
    assert.equal(await write, 'done');
  });

  it('is refused when the partition is unloaded', async () => {
    const { runtime } = await start();
    const parked = outcome(runtime.write(0, park));
    await runtime.unload(0);
    assert.equal(await parked, 'NOT_COORDINATOR');
  });

  it('is refused when the append that should release it fails', async () => {
    const { log, runtime } = await start();
    log.isHolding = true;
    const waiting = [outcome(runtime.write(0, park)), outcome(runtime.write(0, release))];
    await undefined;
    log.fail(new Error('the disk is gone'));
    assert.deepEqual(await Promise.all(waiting), Array(2).fill('COORDINATOR_NOT_AVAILABLE'));
  });
});

describe('the timers of a coordinator', () => {
  const later =
    (word: string, delayMs: number) =>
    (state: Words): OperationResult<string, undefined> => {
      state.context.timers.schedule('timer', delayMs, () => ({ records: [word], response: undefined }));
      return { records: [], response: undefined };
    };

  it('run their operation as a request does', async () => {
    const { clock, runtime } = await start();
    await runtime.write(0, later('a', 100));
    await clock.advanceAndSettle(99);
    assert.equal(await runtime.read(0, all), '');
    await clock.advanceAndSettle(1);
    assert.equal(await runtime.read(0, all), 'a');
  });

  it('are replaced by the next of the same key, be it later or earlier', async () => {
    const { clock, runtime } = await start();
    await runtime.write(0, later('a', 100));
    await clock.advanceAndSettle(50);
    await runtime.write(0, later('b', 100));
    await clock.advanceAndSettle(99);
    assert.equal(await runtime.read(0, all), '');
    await runtime.write(0, later('c', 0));
    await clock.advanceAndSettle(200);
    assert.equal(await runtime.read(0, all), 'c');
  });

  it('share one timer of the clock, and run in the order of their due times, whichever came first', async () => {
    const { clock, runtime } = await start();
    const delays = { c: 300, a: 100, d: 300, b: 200, gone: 150 };
    await runtime.write(0, ({ context: { timers } }) => {
      for (const [word, delayMs] of Object.entries(delays))
        timers.schedule(word, delayMs, () => ({ records: [word], response: undefined }));
      timers.cancel('gone');
      return { records: [], response: undefined };
    });
    assert.equal(clock.pendingTimers, 1);
    await clock.advanceAndSettle(200);
    assert.equal(await runtime.read(0, all), 'a,b');
    await clock.advanceAndSettle(100);
    assert.equal(await runtime.read(0, all), 'a,b,c,d');
    assert.equal(clock.pendingTimers, 0);
  });

  it('fire when they are due, however many others were scheduled, pushed away and cancelled meanwhile', async () => {
    const { clock, runtime } = await start();
    await runtime.write(0, ({ context: { timers } }) => {
      const schedule = (word: string, delayMs: number) =>
        timers.schedule(word, delayMs, () => ({ records: [word], response: undefined }));
      for (let index = 0; index < 1000; index++) schedule(`cancelled-${index}`, 1 + (index % 50));
      for (const word of ['x', 'y', 'z']) schedule(word, 10);
      for (let index = 0; index < 1000; index++) timers.cancel(`cancelled-${index}`);
      schedule('y', 100);
      schedule('z', 5);
      return { records: [], response: undefined };
    });
    await clock.advanceAndSettle(99);
    assert.equal(await runtime.read(0, all), 'z,x');
    await clock.advanceAndSettle(1);
    assert.equal(await runtime.read(0, all), 'z,x,y');
  });

  it('are cancelled with their partition', async () => {
    const { clock, runtime } = await start();
    await runtime.write(0, later('a', 100));
    await runtime.unload(0);
    assert.equal(clock.pendingTimers, 0);
  });
});

describe('records of a transaction', () => {
  const producer = { producerId: 5n, producerEpoch: 0 };

  function addWithin(who: typeof producer, ...words: string[]): () => OperationResult<string, string> {
    return () => ({ records: words, response: words.join(), producer: who });
  }

  function marker(fields: Partial<LogMarker> = {}): LogMarker {
    return { ...producer, producerEpoch: 1, isCommit: true, coordinatorEpoch: 0, transactionVersion: 2, ...fields };
  }

  it('have batches of their own, and count when their marker says so, also after loading again', async () => {
    const { log, runtime } = await start();
    log.isHolding = true;
    const other = { producerId: 6n, producerEpoch: 0 };
    const writes = [
      runtime.write(0, add('a')),
      runtime.write(0, addWithin(producer, 'b')),
      runtime.write(0, addWithin(producer, 'c')),
      runtime.write(0, addWithin(other, 'd')),
      runtime.write(0, add('e')),
    ];
    const ends = [
      runtime.completeTransaction(0, marker()),
      runtime.completeTransaction(0, marker({ ...other, producerEpoch: 1, isCommit: false })),
    ];
    log.isHolding = false;
    await settle();
    await Promise.all([...writes, ...ends]);
    assert.deepEqual(
      log.batches(0).map((batch) => batch.map(({ value }) => value?.toString()).join()),
      ['a', 'b,c', 'd', 'e', '', ''],
    );
    assert.equal(await runtime.read(0, all), 'a,e,b,c');
    await runtime.unload(0);
    await runtime.load(0);
    assert.equal(await runtime.read(0, all), 'a,e,b,c');
  });

  it('are refused from an older producer, and nothing is applied', async () => {
    const { log, runtime } = await start();
    await runtime.write(0, addWithin({ producerId: 5n, producerEpoch: 3 }, 'a'));
    assert.equal(await outcome(runtime.write(0, addWithin(producer, 'b'))), 'INVALID_PRODUCER_EPOCH');
    assert.equal(await outcome(runtime.completeTransaction(0, marker({ producerEpoch: 3 }))), 'INVALID_PRODUCER_EPOCH');
    assert.equal(log.batches(0).length, 1);
    await runtime.completeTransaction(0, marker({ producerEpoch: 4 }));
    assert.equal(await runtime.read(0, all), 'a');
  });

  it('are refused from a producer that is fenced by what still waits to be written', async () => {
    const { log, runtime } = await start();
    log.isHolding = true;
    const first = runtime.write(0, add('a'));
    await settle();
    const end = runtime.completeTransaction(0, marker({ producerEpoch: 2 }));
    const late = runtime.write(0, addWithin({ producerId: 5n, producerEpoch: 1 }, 'b'));
    log.isHolding = false;
    log.commit();
    await Promise.all([first, end]);
    assert.equal(await outcome(late), 'INVALID_PRODUCER_EPOCH');
    assert.equal(await runtime.read(0, all), 'a');
  });
});

describe('work after a commit', () => {
  it('begins when the records are committed, before their answer is told', async () => {
    const { log, runtime } = await start();
    const order: string[] = [];
    log.isHolding = true;
    const write = runtime.write(0, () => ({ records: ['a'], response: 'a', afterCommit: () => order.push('work') }));
    void write.then(() => order.push('answer'));
    await settle();
    assert.deepEqual(order, []);
    log.commit();
    await write;
    await settle();
    assert.deepEqual(order, ['work', 'answer']);
  });

  it('does not begin when the append fails', async () => {
    const { log, runtime } = await start();
    const order: string[] = [];
    log.isHolding = true;
    const write = runtime.write(0, () => ({ records: ['a'], response: 'a', afterCommit: () => order.push('work') }));
    await settle();
    log.isHolding = false;
    log.fail(new KafkaError('NOT_ENOUGH_REPLICAS'));
    assert.equal(await outcome(write), 'COORDINATOR_NOT_AVAILABLE');
    assert.deepEqual(order, []);
  });
});
