import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stream, StreamHandlers } from '../../platform/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import { settled } from '../security/authentication.ts';
import { Connection, type ConnectionLimits, type FrameHandler, type Reply } from './connection.ts';

/** A stream whose other side is the test. */
class ScriptedStream implements Stream {
  readonly local = { host: '127.0.0.1', port: 9092 };
  readonly remote = { host: '127.0.0.1', port: 40000 };
  readonly tls = undefined;
  readonly written: string[] = [];
  bufferedBytes = 0;
  isPaused = false;
  isDestroyed = false;
  isEnded = false;
  handlers: StreamHandlers | undefined;

  handle(handlers: StreamHandlers): void {
    this.handlers = handlers;
  }

  write(chunks: readonly Buffer[]): boolean {
    this.written.push(Buffer.concat(chunks).toString());
    return true;
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
      this.handlers?.onData(frame);
    }
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

function connect(limits: Partial<ConnectionLimits> = {}) {
  const stream = new ScriptedStream();
  const handler = new ManualHandler();
  const closed: Connection[] = [];
  const connection = new Connection({
    id: 1,
    listenerName: 'PLAINTEXT',
    stream,
    authentication: settled(),
    handler,
    limits: { maxRequestBytes: 1000, maxPendingRequests: 100, maxPendingBytes: 1000, maxUnsentBytes: 1000, ...limits },
    logger: silentLogger,
    now: () => 0,
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
