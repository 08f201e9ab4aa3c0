import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Disk,
  type DiskFile,
  ManualClock,
  MemoryDisk,
  MemoryNetwork,
  SeededRandom,
  systemError,
} from '../platform/index.ts';
import { encodeRequest, metadata } from '../protocol/index.ts';
import { MemoryLogger } from '../telemetry/index.ts';
import { StartError } from './start-error.ts';
import { startServer } from './start-server.ts';

interface World {
  readonly clock: ManualClock;
  readonly disk: Disk;
  readonly network: MemoryNetwork;
  readonly logger: MemoryLogger;
}

function world(parts: Partial<World> = {}): World {
  const clock = parts.clock ?? new ManualClock();
  return { clock, disk: new MemoryDisk(clock), network: new MemoryNetwork(), logger: new MemoryLogger(), ...parts };
}

const PROPERTIES = { listeners: 'PLAINTEXT://127.0.0.1:9092', 'log.dirs': '/data' };

function start({ logger, ...rest }: World, properties: Record<string, string> = {}, onFatalError = (_: Error) => {}) {
  const platform = { ...rest, random: new SeededRandom(1) };
  return startServer({ properties: { ...PROPERTIES, ...properties }, logger, platform, onFatalError });
}

/** The one line that says why a server with these properties does not start; nothing of it is left behind. */
async function reasonOf(here: World, properties: Record<string, string> = {}): Promise<string> {
  const timers = here.clock.pendingTimers;
  const error = await start(here, properties).then(
    () => assert.fail(`it started with ${JSON.stringify(properties)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof StartError, String(error));
  assert.doesNotMatch(error.message, /\n/);
  assert.equal(here.clock.pendingTimers, timers, 'a timer is left');
  return error.message;
}

/** A disk of which some methods are replaced. */
function diskWith(disk: Disk, replaced: Partial<Disk>): Disk {
  return new Proxy(disk, {
    get(target, name) {
      const value = Reflect.get(replaced, name) ?? Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

test('a server tells its addresses, its log directories and the id of its cluster, which stays', async () => {
  const here = world();
  const server = await start(here, { 'log.dirs': '/data,/more', 'advertised.listeners': 'PLAINTEXT://kafka:19092' });
  assert.deepEqual(server.endpoints, ['kafka:19092']);
  assert.deepEqual(server.logDirs, ['/data', '/more']);
  await server.stop();
  await server.stop();
  assert.equal(here.clock.pendingTimers, 0);
  const again = await start(here, { 'log.dirs': '/data,/more' });
  assert.equal(again.clusterId, server.clusterId);
  await again.stop();
});

test('port 0 takes a free port and tells which', async () => {
  const server = await start(world(), { listeners: 'PLAINTEXT://127.0.0.1:0' });
  assert.match(server.endpoints[0] ?? '', /^127\.0\.0\.1:[1-9]\d+$/);
  await server.stop();
});

test('a value that is not allowed keeps the server from starting, with its name and the reason', async () => {
  const cases: readonly [Record<string, string>, RegExp][] = [
    [{ 'num.partitions': 'many' }, /many.*num\.partitions/],
    [{ 'num.partitions': '0' }, /num\.partitions/],
    [{ 'log.cleanup.policy': 'shred' }, /shred.*log\.cleanup\.policy/],
    [{ 'log.retention.hours': 'a week' }, /log\.retention\.hours/],
    [{ 'log.cleaner.min.compaction.lag.ms': '5', 'log.cleaner.max.compaction.lag.ms': '4' }, /compaction\.lag\.ms/],
    [{ 'compression.type': 'brotli' }, /compression\.type/],
    [{ 'auto.create.topics.enable': 'yes' }, /auto\.create\.topics\.enable/],
    [{ 'node.id': '-1' }, /node\.id/],
    [{ listeners: '9092' }, /listeners: 9092 is not NAME:\/\/host:port/],
    [{ listeners: 'TLS://:9092' }, /TLS/],
    [{ listeners: '' }, /listeners/],
    [{ 'log.retention.ms': '1.5' }, /log\.retention\.ms/],
  ];
  const here = world();
  for (const [properties, reason] of cases) {
    assert.match(await reasonOf(here, properties), reason, JSON.stringify(properties));
  }
  assert.equal(await here.disk.status('/data'), undefined, 'nothing was touched');
});

test('a listener that cannot be secured keeps the server from starting, with its name and the reason', async () => {
  const sasl = { listeners: 'SASL_PLAINTEXT://127.0.0.1:9092' };
  const jaas = 'listener.name.sasl_plaintext.plain.sasl.jaas.config';
  const cases: readonly [Record<string, string>, RegExp][] = [
    [{ listeners: 'SSL://127.0.0.1:9092' }, /listener SSL: TLS needs a key/],
    [{ listeners: 'SSL://127.0.0.1:9092', 'ssl.keystore.location': '/no' }, /listener SSL: .*location \/no: ENOENT/],
    [sasl, /listener SASL_PLAINTEXT: sasl\.enabled\.mechanisms names GSSAPI; there are PLAIN, SCRAM-SHA-256/],
    [{ ...sasl, 'sasl.enabled.mechanisms': 'PLAIN' }, /PLAIN needs its users/],
    [{ ...sasl, 'sasl.enabled.mechanisms': 'PLAIN', [jaas]: 'com.evil.JndiLoginModule required;' }, /must be one of/],
    [
      { ...sasl, 'sasl.server.callback.handler.class': 'com.ldap.Handler', 'sasl.enabled.mechanisms': 'SCRAM-SHA-256' },
      /com\.ldap\.Handler cannot be run here/,
    ],
    [
      { listeners: 'PLAINTEXT://:9092' },
      /listener PLAINTEXT: :9092 is open to the network.*without\.authentication=true/,
    ],
    [{ listeners: 'PLAINTEXT://[::]:9092' }, /\[::\]:9092 is open to the network/],
    [
      { listeners: 'A://localhost:1,B://10.0.0.1:2', 'listener.security.protocol.map': 'A:PLAINTEXT,B:PLAINTEXT' },
      /listener B: /,
    ],
    [{ 'principal.builder.class': 'com.corp.Builder' }, /com\.corp\.Builder cannot be run here/],
  ];
  for (const [properties, reason] of cases) {
    assert.match(await reasonOf(world(), properties), reason, JSON.stringify(properties));
  }
});

test('a listener on a public address without authentication starts where that is meant', async () => {
  const listeners = 'PLAINTEXT://0.0.0.0:9092';
  const server = await start(world(), { listeners, 'allow.public.listeners.without.authentication': 'true' });
  assert.deepEqual(server.endpoints, ['localhost:9092']);
  await server.stop();
});

test('a name that nobody knows is warned about, and what has no meaning here is mentioned', async () => {
  const here = world();
  const server = await start(here, { 'num.partitons': '3', 'zookeeper.connect': 'zk:2181', 'num.io.threads': '8' });
  assert.deepEqual(
    here.logger.of('warn').map(({ fields, message }) => [fields.name, message]),
    [
      ['num.partitons', 'unknown setting, ignored'],
      ['zookeeper.connect', 'unknown setting, ignored'],
    ],
  );
  assert.ok(here.logger.of('info').some(({ fields }) => fields.name === 'num.io.threads'));
  await server.stop();
});

test("Kafka's older name of the node id counts, and a directory of another node is refused", async () => {
  const here = world();
  const server = await start(here, { 'broker.id': '7' });
  await server.stop();
  assert.match(await reasonOf(here, { 'node.id': '8' }), /\/data.*belongs to node 7, this is node 8/);
  await (await start(here, { 'node.id': '7' })).stop();
});

test('a port in use keeps the server from starting, and its log directory is free again', async () => {
  const here = world();
  const taken = await here.network.listen({ host: '127.0.0.1', port: 9092 }, (stream) => stream.destroy());
  assert.equal(await reasonOf(here), 'Cannot listen on PLAINTEXT://127.0.0.1:9092: the address is in use');
  await taken.close();
  await (await start(here)).stop();
});

test('when one of two listeners cannot be opened, neither is', async () => {
  const here = world();
  const taken = await here.network.listen({ host: '127.0.0.1', port: 9093 }, (stream) => stream.destroy());
  const listeners = 'A://127.0.0.1:9092,B://127.0.0.1:9093';
  await reasonOf(here, { listeners, 'listener.security.protocol.map': 'A:PLAINTEXT,B:PLAINTEXT' });
  await taken.close();
  await (await start(here)).stop();
});

test('a log directory that another server holds keeps this one from starting, and harms the other not', async () => {
  const here = world();
  const first = await start(here);
  assert.match(await reasonOf(here, { listeners: 'PLAINTEXT://:9999' }), /\/data.*another process/);
  await first.stop();
  await (await start(here)).stop();
});

test('a disk that is read-only, or full, keeps the server from starting', async () => {
  const clock = new ManualClock();
  const readOnly = diskWith(new MemoryDisk(clock), {
    makeDirectory: async (path) => {
      throw systemError('EROFS', 'mkdir', path, 'read-only file system');
    },
  });
  assert.match(await reasonOf(world({ clock, disk: readOnly })), /log directory \/data.*(EROFS|read-only)/);
  const full = new MemoryDisk(clock, { capacityBytes: 10 });
  assert.match(await reasonOf(world({ clock, disk: full })), /ENOSPC|space|full/);
});

test('of several log directories one that cannot be used does not keep the server from starting', async () => {
  const clock = new ManualClock();
  const memory = new MemoryDisk(clock);
  const disk = diskWith(memory, {
    makeDirectory: async (path) => {
      if (path.startsWith('/broken')) throw systemError('EIO', 'mkdir', path, 'i/o error');
      return memory.makeDirectory(path);
    },
  });
  const here = world({ clock, disk });
  const server = await start(here, { 'log.dirs': '/data,/broken' });
  assert.ok(here.logger.of('error').some(({ message }) => message.includes('/broken')));
  await server.stop();
});

test('a disk that fails while the server runs stops it, and tells whoever started it', async () => {
  const clock = new ManualClock();
  const memory = new MemoryDisk(clock);
  let isBroken = false;
  const disk = diskWith(memory, {
    open: async (path, options) => failingFile(await memory.open(path, options), () => isBroken),
  });
  const here = world({ clock, disk });
  const failed = Promise.withResolvers<Error>();
  await start(here, {}, failed.resolve);
  isBroken = true;
  const client = await here.network.connect({ host: '127.0.0.1', port: 9092 });
  const closed = new Promise<void>((resolve) => client.handle({ onData: () => {}, onClose: () => resolve() }));
  const request = { topics: [{ name: 'orders' }], allowAutoTopicCreation: true };
  client.write(encodeRequest(metadata, 9, { correlationId: 1, clientId: 'c' }, request));
  assert.match((await failed.promise).message, /Cannot sync .*\/data/);
  await closed;
  assert.ok(here.logger.of('error').some(({ message }) => message === 'the broker cannot go on and stops'));
});

/** A file of which nobody knows any more what is on the disk. */
function failingFile(file: DiskFile, isBroken: () => boolean): DiskFile {
  const sync = async () => {
    if (isBroken()) throw systemError('EIO', 'fdatasync', file.path, 'i/o error');
    return file.sync();
  };
  return new Proxy(file, {
    get(target, name) {
      const value = name === 'sync' ? sync : Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
