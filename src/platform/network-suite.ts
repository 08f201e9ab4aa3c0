// What every network must do. Each implementation runs it: `networkSuite('memory network', makeNetwork)` in its test.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Listener, Network, Stream } from './network.ts';

const HOST = '127.0.0.1';

export function networkSuite(name: string, create: () => Network): void {
  const check = (statement: string, body: (network: Network) => Promise<void>) =>
    test(`${name}: ${statement}`, { timeout: 10_000 }, () => body(create()));

  check('bytes arrive in order in both directions', async (network) => {
    await using pair = await connectedPair(network);
    pair.client.stream.write([Buffer.from('one '), Buffer.alloc(0), Buffer.from('two '), Buffer.from('three')]);
    pair.client.stream.write([Buffer.from(' four')]);
    assert.equal((await pair.server.bytes(18)).toString(), 'one two three four');
    pair.server.stream.write([Buffer.from('answer')]);
    assert.equal((await pair.client.bytes(6)).toString(), 'answer');
  });

  check('both sides know their addresses', async (network) => {
    await using pair = await connectedPair(network);
    const { client, server, listener } = pair;
    assert.deepEqual(client.stream.remote, listener.address);
    assert.deepEqual(server.stream.local, listener.address);
    assert.deepEqual(server.stream.remote, client.stream.local);
  });

  check('the receiver owns what it gets', async (network) => {
    await using pair = await connectedPair(network);
    const sent = Buffer.from('sender');
    pair.client.stream.write([sent]);
    const received = await pair.server.bytes(6);
    received.fill('x');
    assert.equal(sent.toString(), 'sender');
  });

  check('a writer is told to wait, and told when everything is sent', async (network) => {
    await using pair = await connectedPair(network);
    const { client, server } = pair;
    server.stream.pause();
    const chunk = Buffer.alloc(256 * 1024, 'x');
    let sent = 0;
    // The system's buffers take megabytes before a socket stalls.
    for (let hasRoom = true, tries = 0; hasRoom || tries < 64; tries++) {
      hasRoom = client.stream.write([chunk]);
      sent += chunk.length;
    }
    assert.ok(client.stream.bufferedBytes > 0);
    assert.equal(client.drains, 0);
    server.stream.resume();
    assert.equal((await server.bytes(sent)).length, sent);
    await client.drained();
    assert.equal(client.stream.bufferedBytes, 0);
    assert.equal(client.stream.write([Buffer.from('x')]), true);
  });

  check('a paused stream delivers nothing until it is resumed', async (network) => {
    await using pair = await connectedPair(network);
    pair.server.stream.pause();
    pair.client.stream.write([Buffer.from('late')]);
    pair.server.stream.write([Buffer.from('ping')]);
    await pair.client.bytes(4);
    assert.equal(pair.server.received, 0);
    pair.server.stream.resume();
    assert.equal((await pair.server.bytes(4)).toString(), 'late');
  });

  check('an end comes behind everything that was written, and closes both sides without an error', async (network) => {
    await using pair = await connectedPair(network);
    const sent = Buffer.alloc(3 * 2 ** 20, 'x');
    pair.client.stream.write([sent]);
    pair.client.stream.end();
    assert.equal(pair.client.stream.write([Buffer.from('too late')]), false);
    assert.equal(await pair.server.closed, undefined);
    assert.equal(pair.server.received, sent.length);
    assert.equal(await pair.client.closed, undefined);
  });

  check('the last answer of a side that ends is read, although requests still arrive there', async (network) => {
    await using pair = await connectedPair(network);
    pair.server.stream.pause();
    pair.client.stream.write([Buffer.alloc(100_000, 'q')]);
    pair.server.stream.write([Buffer.from('goodbye')]);
    pair.server.stream.end();
    assert.equal(await pair.client.closed, undefined);
    assert.equal((await pair.client.bytes(7)).toString(), 'goodbye');
    assert.equal(await pair.server.closed, undefined);
    assert.equal(pair.server.received, 0);
  });

  check('a destroyed stream closes at once, with the given error, and its peer hears of it', async (network) => {
    await using pair = await connectedPair(network);
    const reason = new Error('a frame is too long');
    let isWithinCall = true;
    const closed = pair.client.closed.then((error) => {
      assert.equal(isWithinCall, false);
      return error;
    });
    pair.client.stream.destroy(reason);
    pair.client.stream.destroy();
    isWithinCall = false;
    assert.equal(await closed, reason);
    await pair.server.closed;
    assert.equal(pair.client.stream.write([Buffer.from('x')]), false);
    assert.equal(pair.server.stream.write([Buffer.from('x')]), false);
    pair.server.stream.end();
    pair.server.stream.destroy();
    assert.equal(pair.client.closes, 1);
    assert.equal(pair.server.closes, 1);
  });

  check('nobody listening means a refused connection', async (network) => {
    const listener = await network.listen({ host: HOST, port: 0 }, () => {});
    await listener.close();
    await assert.rejects(network.connect(listener.address), { code: 'ECONNREFUSED' });
  });

  check('a port is given once, and again when its listener has closed', async (network) => {
    const first = await network.listen({ host: HOST, port: 0 }, () => {});
    assert.notEqual(first.address.port, 0);
    await assert.rejects(
      network.listen(first.address, () => {}),
      { code: 'EADDRINUSE' },
    );
    await first.close();
    await first.close();
    const second = await network.listen(first.address, () => {});
    assert.deepEqual(second.address, first.address);
    await second.close();
  });

  check('closing a listener leaves open connections alone', async (network) => {
    await using pair = await connectedPair(network);
    await pair.listener.close();
    await assert.rejects(network.connect(pair.listener.address), { code: 'ECONNREFUSED' });
    pair.client.stream.write([Buffer.from('alive')]);
    assert.equal((await pair.server.bytes(5)).toString(), 'alive');
  });

  check('an aborted connect rejects with the reason of the signal', async (network) => {
    const listener = await network.listen({ host: HOST, port: 0 }, (stream) => stream.destroy());
    const reason = new Error('no longer needed');
    await assert.rejects(network.connect(listener.address, AbortSignal.abort(reason)), reason);
    const controller = new AbortController();
    const connecting = network.connect(listener.address, controller.signal);
    controller.abort(reason);
    await assert.rejects(connecting, reason);
    await listener.close();
  });
}

interface ConnectedPair extends AsyncDisposable {
  readonly listener: Listener;
  readonly client: Side;
  readonly server: Side;
}

async function connectedPair(network: Network): Promise<ConnectedPair> {
  const accepted = Promise.withResolvers<Side>();
  const listener = await network.listen({ host: HOST, port: 0 }, (stream) => accepted.resolve(new Side(stream)));
  const client = new Side(await network.connect(listener.address));
  const server = await accepted.promise;
  return {
    listener,
    client,
    server,
    [Symbol.asyncDispose]: async () => {
      client.stream.destroy();
      server.stream.destroy();
      await Promise.all([client.closed, server.closed, listener.close()]);
    },
  };
}

/** One side of a connection, and what happened to it. */
class Side {
  readonly stream: Stream;
  readonly closed: Promise<Error | undefined>;
  received = 0;
  drains = 0;
  closes = 0;
  readonly #chunks: Buffer[] = [];
  #onEvent: () => void = () => {};

  constructor(stream: Stream) {
    this.stream = stream;
    const closed = Promise.withResolvers<Error | undefined>();
    this.closed = closed.promise;
    stream.handle({
      onData: (chunk) => {
        this.#chunks.push(chunk);
        this.received += chunk.length;
        this.#onEvent();
      },
      onDrain: () => {
        this.drains++;
        this.#onEvent();
      },
      onClose: (error) => {
        this.closes++;
        closed.resolve(error);
      },
    });
  }

  /** The next `count` bytes, which must be all that is there. */
  async bytes(count: number): Promise<Buffer> {
    await this.#until(() => this.received >= count);
    assert.equal(this.received, count);
    this.received = 0;
    return Buffer.concat(this.#chunks.splice(0));
  }

  async drained(): Promise<void> {
    await this.#until(() => this.drains > 0);
  }

  async #until(isDone: () => boolean): Promise<void> {
    while (!isDone()) {
      await new Promise<void>((resolve) => {
        this.#onEvent = resolve;
      });
    }
  }
}
