import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stream, StreamHandlers } from '../../platform/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import { settled } from '../security/authentication.ts';
import { Connection, type ConnectionLimits, type FrameHandler, type Reply } from './connection.ts';
import { RequestBudget } from './request-budget.ts';

/** A stream whose other side is the test. */
class ScriptedStream implements Stream {
  readonly local = { host: '127.0.0.1', port: 9092 };
  readonly remote = { host: '127.0.0.1', port: 40000 };
  readonly tls = undefined;
  readonly written: string[] = [];
  bufferedBytes = 0;
  hasRoom = true;
  isPaused = false;
  isDestroyed = false;
  isEnded = false;
  handlers: StreamHandlers | undefined;

  handle(handlers: StreamHandlers): void {
    this.handlers = handlers;
  }

  write(chunks: readonly Buffer[]): boolean {
    this.written.push(Buffer.concat(chunks).toString());
    return this.hasRoom;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  end(): void {
    this.isEnded = true;
  }

  destroy(): void {
    this.isDestroyed = true;
  }

  send(...bodies: string[]): void {
    for (const body of bodies) {
      const frame = Buffer.alloc(4 + body.length);
      frame.writeInt32BE(body.length);
      frame.write(body, 4);
      this.sendBytes(frame);
    }
  }

  sendBytes(bytes: Buffer): void {
    this.handlers?.onData(bytes);
  }
}

/** Answers when the test says so. Requests that begin with "p" may overlap. */
class ManualHandler implements FrameHandler {
  readonly started: string[] = [];
  readonly #answers = new Map<string, PromiseWithResolvers<Reply>>();

  mayOverlap(frame: Buffer): boolean {
    return frame.toString().startsWith('p');
  }

  handle(frame: Buffer): Promise<Reply> {
    const name = frame.toString();
    this.started.push(name);
    const answer = Promise.withResolvers<Reply>();
    this.#answers.set(name, answer);
    return answer.promise;
  }

  async answer(name: string): Promise<void> {
    this.#answers.get(name)?.resolve([Buffer.from(`re ${name}`)]);
    await new Promise((resolve) => setImmediate(resolve));
  }

  async fail(name: string): Promise<void> {
    this.#answers.get(name)?.reject(new Error('cannot be answered'));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const LIMITS: ConnectionLimits = {
  maxRequestBytes: 1000,
  maxPendingRequests: 100,
  maxPendingBytes: 1000,
  maxUnsentBytes: 1000,
  receiveTimeoutMs: 30_000,
};

function budgetOf(maxBytes: number, maxQueuedRequests = 100): RequestBudget {
  return new RequestBudget({ maxBytes, maxQueuedRequests });
}

function connect(limits: Partial<ConnectionLimits> = {}, budget = budgetOf(1e6), clock = { nowMs: 0 }) {
  const stream = new ScriptedStream();
  const handler = new ManualHandler();
  const closed: Connection[] = [];
  const connection = new Connection({
    id: 1,
    listenerName: 'PLAINTEXT',
    stream,
    authentication: settled(),
    handler,
    limits: { ...LIMITS, ...limits },
    budgets: { known: budget, unknown: budget },
    logger: silentLogger,
    now: () => clock.nowMs,
    onClosed: (which) => closed.push(which),
  });
  return { stream, handler, connection, closed };
}

test('a request waits for the one before it, unless both may overlap', async () => {
  const { stream, handler } = connect();
  stream.send('p1', 'p2', 'a', 'b', 'p3');
  assert.deepEqual(handler.started, ['p1', 'p2']);
  await handler.answer('p1');
  await handler.answer('p2');
  assert.deepEqual(handler.started, ['p1', 'p2', 'a']);
  await handler.answer('a');
  await handler.answer('b');
  assert.deepEqual(handler.started, ['p1', 'p2', 'a', 'b', 'p3']);
});

test('answers leave in the order of the requests', async () => {
  const { stream, handler } = connect();
  stream.send('p1', 'p2', 'p3');
  await handler.answer('p3');
  await handler.answer('p2');
  assert.deepEqual(stream.written, []);
  await handler.answer('p1');
  assert.deepEqual(stream.written, ['re p1', 're p2', 're p3']);
});

test('reading stops while too many requests wait, and goes on when they are answered', async () => {
  const { stream, handler } = connect({ maxPendingRequests: 2 });
  stream.send('a', 'b');
  assert.ok(stream.isPaused);
  await handler.answer('a');
  assert.ok(!stream.isPaused);
});

test('reading stops while too many bytes wait, and one large request comes through all the same', async () => {
  const { stream, handler, connection } = connect({ maxPendingBytes: 10 });
  stream.send('a');
  assert.ok(!stream.isPaused);
  stream.send('b'.repeat(20));
  assert.ok(stream.isPaused);
  assert.equal(connection.pendingBytes, 21);
  await handler.answer('a');
  assert.ok(stream.isPaused);
  await handler.answer('b'.repeat(20));
  assert.ok(!stream.isPaused);
  assert.equal(connection.pendingBytes, 0);
});

test('a client that does not take its answers gets nothing more started, and is read again when it does', async () => {
  const { stream, handler } = connect({ maxUnsentBytes: 10 });
  stream.bufferedBytes = 11;
  stream.send('a');
  assert.deepEqual(handler.started, []);
  assert.ok(stream.isPaused);
  stream.bufferedBytes = 0;
  stream.handlers?.onDrain?.();
  assert.deepEqual(handler.started, ['a']);
  assert.ok(!stream.isPaused);
});

test('a frame that cannot be, and a request that cannot be answered, close the connection and nothing else', async () => {
  const first = connect();
  first.stream.handlers?.onData(Buffer.of(0xff, 0xff, 0xff, 0xff));
  assert.ok(first.stream.isDestroyed);
  const second = connect();
  second.stream.send('a', 'b');
  await second.handler.fail('a');
  assert.ok(second.stream.isDestroyed);
  assert.deepEqual(second.handler.started, ['a']);
  assert.equal(second.closed.length, 1);
});

test('what waits on behalf of a client ends when the client goes', () => {
  const { stream, connection } = connect();
  stream.send('a');
  stream.handlers?.onClose();
  assert.ok(connection.signal.aborted);
});

test('what waits on behalf of a client ends when the broker stops', () => {
  const { stream, connection } = connect();
  stream.send('a', 'b');
  connection.end('the test ends it');
  assert.ok(connection.signal.aborted);
  assert.equal(connection.pendingRequests, 1, 'what was not begun is forgotten');
});

test('a connection that is ended first sends the answers that it owes', async () => {
  const { stream, handler, connection } = connect();
  stream.send('a');
  connection.end('the test ends it');
  assert.ok(!stream.isEnded);
  await handler.answer('a');
  assert.deepEqual(stream.written, ['re a']);
  assert.ok(stream.isEnded);
});

test('nothing more is read while all connections together hold too much, but for one whose request is half there', async () => {
  const budget = budgetOf(20);
  const [first, second, third] = [connect({}, budget), connect({}, budget), connect({}, budget)];
  first.stream.send('a'.repeat(12));
  second.stream.sendBytes(Buffer.from([0, 0, 0, 12, ...Buffer.from('bbbbbbbb')]));
  assert.equal(budget.usedBytes, 20);
  assert.ok(!second.stream.isPaused);
  third.stream.sendBytes(Buffer.from([0, 0, 0, 2, 0x63]));
  assert.ok(third.stream.isPaused);
  second.stream.sendBytes(Buffer.from('bbbb'));
  assert.ok(second.stream.isPaused, 'its request is there');
  assert.ok(!third.stream.isPaused, 'the next one that is half there has its turn');
  await first.handler.answer('a'.repeat(12));
  assert.ok(![first, second, third].some(({ stream }) => stream.isPaused));
  second.stream.handlers?.onClose();
  third.stream.handlers?.onClose();
  assert.equal(budget.usedBytes, 0);
});

test('answers that are not taken count too', async () => {
  const budget = budgetOf(20);
  const { stream, handler } = connect({}, budget);
  const other = connect({}, budget);
  stream.send('a');
  stream.bufferedBytes = 30;
  stream.hasRoom = false;
  await handler.answer('a');
  other.stream.send('b');
  assert.ok(other.stream.isPaused);
  stream.bufferedBytes = 0;
  stream.handlers?.onDrain?.();
  assert.ok(!other.stream.isPaused);
});

test('where many requests wait already, a connection may have one that waits', async () => {
  const budget = budgetOf(1e6, 2);
  const [first, second] = [connect({}, budget), connect({}, budget)];
  first.stream.send('a', 'b');
  assert.ok(!first.stream.isPaused);
  first.stream.send('c');
  assert.ok(first.stream.isPaused);
  second.stream.send('d');
  assert.ok(!second.stream.isPaused);
  second.stream.send('e');
  assert.ok(second.stream.isPaused);
  await first.handler.answer('a');
  await first.handler.answer('b');
  assert.ok(!first.stream.isPaused);
  assert.equal(budget.queuedRequests, 1);
});

test('a request must go on arriving, unless it is not read', () => {
  const clock = { nowMs: 0 };
  const { stream, connection } = connect({ receiveTimeoutMs: 1000 }, budgetOf(1e6), clock);
  assert.ok(!connection.isStalled(5000));
  stream.sendBytes(Buffer.from([0, 0, 0, 100, 1]));
  clock.nowMs = 900;
  stream.sendBytes(Buffer.from([2]));
  assert.ok(!connection.isStalled(1000));
  assert.ok(connection.isStalled(1010));
  const unmute = connection.mute();
  assert.ok(!connection.isStalled(50_000));
  clock.nowMs = 50_000;
  unmute();
  assert.ok(!connection.isStalled(51_000));
  assert.ok(connection.isStalled(51_010));
});

test('a connection that takes no answers is idle, one that waits for its answer is not', async () => {
  const { stream, handler, connection } = connect({ maxUnsentBytes: 10 });
  stream.send('a');
  assert.ok(!connection.isIdleSince(1));
  stream.bufferedBytes = 11;
  await handler.answer('a');
  stream.send('b');
  assert.ok(connection.isIdleSince(1));
});

test('large requests that fill their part of the memory leave room for small ones', async () => {
  const large = 2 ** 17;
  const budget = budgetOf(8 * large);
  const limits = { maxRequestBytes: 8 * large, maxPendingBytes: 8 * large };
  const halfways = Array.from({ length: 9 }, () => connect(limits, budget));
  for (const { stream } of halfways) {
    const bytes = Buffer.alloc(4 + large);
    bytes.writeInt32BE(2 * large);
    if (!stream.isPaused) stream.sendBytes(bytes);
  }
  assert.ok(halfways.some(({ stream }) => stream.isPaused));
  const honest = connect(limits, budget);
  honest.stream.send('a');
  assert.deepEqual(honest.handler.started, ['a']);
});

test('a large request that came quickly and then stopped is not waited for', () => {
  const clock = { nowMs: 0 };
  const { stream, connection } = connect({ receiveTimeoutMs: 1000 }, budgetOf(1e6), clock);
  stream.sendBytes(Buffer.concat([Buffer.of(0, 0, 3, 0xe8), Buffer.alloc(999)]));
  assert.ok(connection.isStalled(1063));
});

test('the first pieces of large requests, however many, leave room for small ones', () => {
  const budget = budgetOf(2 ** 20);
  const limits = { maxRequestBytes: 2 ** 20, maxPendingBytes: 2 ** 20 };
  for (let count = 0; count < 64; count++) {
    const bytes = Buffer.alloc(2 ** 15);
    bytes.writeInt32BE(2 ** 19);
    const { stream } = connect(limits, budget);
    if (!stream.isPaused) stream.sendBytes(bytes);
  }
  assert.ok(budget.usedBytes >= 2 ** 20);
  const honest = connect(limits, budget);
  honest.stream.send('a');
  assert.deepEqual(honest.handler.started, ['a']);
});

test('a large request that does not go on is waited for less while others wait for its memory', () => {
  const clock = { nowMs: 0 };
  const budget = budgetOf(2 ** 17);
  const limits = { receiveTimeoutMs: 30_000, maxRequestBytes: 2 ** 20, maxPendingBytes: 2 ** 20 };
  const arrive = (bytes: number) => {
    const { stream, connection } = connect(limits, budget, clock);
    const piece = Buffer.alloc(bytes);
    piece.writeInt32BE(2 * bytes);
    stream.sendBytes(piece);
    return { stream, connection };
  };
  const first = arrive(2 ** 17);
  clock.nowMs = 2500;
  assert.ok(!first.connection.isStalled(2500));
  const small = arrive(2 ** 14);
  const other = arrive(2 ** 16);
  assert.ok(other.stream.isPaused);
  assert.ok(first.connection.isStalled(2500));
  assert.ok(!small.connection.isStalled(5000));
});

test('small requests that do not go on are closed as far as others need their memory, and not at once', () => {
  const clock = { nowMs: 0 };
  const budget = budgetOf(2 ** 17);
  const limits = { receiveTimeoutMs: 30_000, maxRequestBytes: 2 ** 20, maxPendingBytes: 2 ** 20 };
  const stalled = Array.from({ length: 9 }, () => connect(limits, budget, clock));
  for (const { stream } of stalled) {
    const piece = Buffer.alloc(2 ** 14);
    piece.writeInt32BE(2 ** 15);
    if (!stream.isPaused) stream.sendBytes(piece);
  }
  assert.ok(budget.usedBytes >= 2 ** 17);
  const honest = connect(limits, budget, clock);
  honest.stream.send('a');
  honest.stream.sendBytes(Buffer.of(0));
  assert.ok(honest.stream.isPaused);
  const check = (nowMs: number) => {
    clock.nowMs = nowMs;
    return stalled.filter(({ connection }) => {
      const isStalled = connection.isStalled(nowMs);
      if (isStalled) connection.close('its request does not arrive');
      return isStalled;
    }).length;
  };
  assert.equal(check(4000), 0);
  assert.equal(check(6100), 1);
  assert.ok(!honest.stream.isPaused);
  assert.equal(check(7000), 0);
  assert.ok(!honest.connection.isStalled(7000));
});
