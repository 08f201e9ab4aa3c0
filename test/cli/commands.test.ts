// The commands of the command line, against a broker in a process of its own; with MILLRACE_TEST_BROKER=apache against Apache Kafka.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startTestBroker, type TestBroker } from '../support/test-broker.ts';
import { MILLRACE, millrace, type Run, type RunOptions, tableRows } from './run-millrace.ts';

let broker: TestBroker;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-cli-test-'));
  broker = await startTestBroker([
    'group.initial.rebalance.delay.ms=0',
    'auto.create.topics.enable=true',
    'num.partitions=1',
    'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found=true',
    'super.users=User:ANONYMOUS',
  ]);
});

after(async () => {
  await broker?.[Symbol.asyncDispose]();
  if (folder) await rm(folder, { recursive: true });
});

function run(args: string, options: RunOptions = {}): Promise<Run> {
  return millrace(args.split(' '), { bootstrap: broker.bootstrap, ...options });
}

/** Runs it and expects it to succeed; resolves to what it printed. */
async function ok(args: string, options: RunOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await run(args, options);
  assert.equal(exitCode, 0, `millrace ${args}: ${stderr}`);
  return stdout;
}

async function jsonOf<T>(args: string): Promise<T> {
  return JSON.parse(await ok(`${args} --json`)) as T;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);

test('topics are created, listed, described, altered and deleted', async () => {
  assert.equal(await ok('topics create life -p 2 -c retention.ms=3600000'), 'created topic life with 2 partitions\n');
  assert.ok((await ok('topics list --names')).split('\n').includes('life'));
  assert.match(await ok('topics describe life'), /^Topic life {2}id \S{22} {2}settings .*retention\.ms=3600000/);
  await ok('topics alter life -p 4');
  const [described] = await jsonOf<{ partitions: { leader: number }[] }[]>('topics describe life');
  assert.deepEqual(
    described?.partitions.map(({ leader }) => leader >= 0),
    [true, true, true, true],
  );
  assert.equal(await ok('topics delete life'), 'deleted topic life\n');
  assert.ok(!(await ok('topics list --names')).split('\n').includes('life'));
});

test('what is there already and what is not there is an error, unless that is fine', async () => {
  await ok('topics create twice');
  const again = await run('topics create twice');
  assert.equal(again.exitCode, 1);
  assert.match(again.stderr, /^millrace: Cannot create topic twice: .*\(TOPIC_ALREADY_EXISTS\)\n$/);
  assert.equal(await ok('topics create twice --if-not-exists'), 'topic twice exists already\n');
  assert.match(
    (await run('topics delete absent')).stderr,
    /Cannot delete topic absent: .*\(UNKNOWN_TOPIC_OR_PARTITION\)/,
  );
  await ok('topics delete absent --if-exists');
  assert.match((await run('topics describe absent')).stderr, /\(UNKNOWN_TOPIC_OR_PARTITION\)/);
});

test('a dry run creates nothing', async () => {
  await ok('topics create dry --dry-run');
  assert.ok(!(await ok('topics list --names')).split('\n').includes('dry'));
});

for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
  test(`lines written with ${compression} are read back in order`, async () => {
    const lines = numbers(5000);
    const summary = JSON.parse(
      await ok(`produce pipe-${compression} -z ${compression} --json`, { input: `${lines.join('\n')}\n` }),
    );
    assert.equal(summary.records, 5000);
    const read = await ok(`consume pipe-${compression} --from-beginning --to-end`);
    assert.deepEqual(read.trimEnd().split('\n'), lines);
  });
}

test('keys, headers and partitions are written and printed', async () => {
  await ok('topics create parts -p 3');
  await ok('produce parts -K : -H source=test -p 2', { input: 'a:1\nb:2\n' });
  assert.equal(
    await ok('consume parts -a -e -k --headers --position'),
    'parts-2@0\tsource=test\ta\t1\nparts-2@1\tsource=test\tb\t2\n',
  );
  assert.equal(await ok('consume parts -a -e -p 0,1'), '');
  assert.equal(
    (await millrace(['consume', 'parts', '-a', '-e', '-F', '%p/%o %k=%s\\n'], { bootstrap: broker.bootstrap })).stdout,
    '2/0 a=1\n2/1 b=2\n',
  );
});

test('a file is written, and a copy of a topic by JSON is the same', async () => {
  const file = join(folder, 'input.txt');
  await writeFile(file, 'k1\tv1\nk2\t\nk3\tv3');
  await millrace(['produce', 'origin', '--file', file, '-K', '\\t', '-Z'], { bootstrap: broker.bootstrap });
  const json = await ok('consume origin -a -e --json');
  await ok('produce copy --format json', { input: json });
  const fields = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => ({ ...JSON.parse(line), topic: '' }));
  assert.deepEqual(fields(await ok('consume copy -a -e --json')), fields(json));
  assert.deepEqual(
    fields(json).map(({ key, value }) => [key, value]),
    [
      ['k1', 'v1'],
      ['k2', null],
      ['k3', 'v3'],
    ],
  );
});

test('reading begins at an offset, before the end, or at a time', async () => {
  // Not long ago: what is older than its retention may be deleted while this runs.
  const epoch = Date.now() - 60_000;
  const input = [1000, 2000, 3000]
    .map((time) => JSON.stringify({ value: `at ${time}`, timestamp: epoch + time }))
    .join('\n');
  // Times so long ago are out of retention as soon as a broker looks for what is.
  await ok('topics create timed -p 1 -c retention.ms=-1');
  await ok('produce timed --format json', { input });
  assert.equal(await ok('consume timed -o 2 -e'), 'at 3000\n');
  assert.equal(await ok('consume timed -o -1 -e'), 'at 3000\n');
  assert.equal(await ok('consume timed --last 2 -e'), 'at 2000\nat 3000\n');
  assert.equal(await ok(`consume timed --from-time ${epoch + 1500} -e`), 'at 2000\nat 3000\n');
  assert.equal(await ok('consume timed -a -n 1'), 'at 1000\n');
  assert.deepEqual(tableRows(await ok('topics offsets timed')), [['timed', '0', '0', '3', '3']]);
  assert.deepEqual(tableRows(await ok(`topics offsets timed --at-time ${epoch + 1500}`)), [
    ['timed', '0', '1', String(epoch + 2000)],
  ]);
});

test('deleted records are gone', async () => {
  await ok('produce shrinking', { input: 'a\nb\nc\n' });
  assert.equal(await ok('topics delete-records shrinking --before 2'), 'shrinking-0 begins at offset 2 now\n');
  assert.equal(await ok('consume shrinking -a -e'), 'c\n');
});

test('a group reads on where it stopped, its lag is shown, and its offsets can be moved', async () => {
  await ok('produce grouped', { input: 'a\nb\nc\nd\n' });
  assert.equal(await ok('consume grouped -g readers -a -n 3'), 'a\nb\nc\n');
  assert.equal(await ok('consume grouped -g readers -e'), 'd\n');
  const [group] =
    await jsonOf<{ state: string; offsets: { committedOffset: number; lag: number }[] }[]>('groups describe readers');
  assert.equal(group?.state, 'Empty');
  assert.deepEqual(
    group?.offsets.map(({ committedOffset, lag }) => [committedOffset, lag]),
    [[4, 0]],
  );
  assert.deepEqual(tableRows(await ok('groups reset-offsets readers -t grouped --to earliest --dry-run')), [
    ['grouped', '0', '4', '0'],
  ]);
  assert.deepEqual(tableRows(await ok('groups reset-offsets readers --all-topics --shift-by -2')), [
    ['grouped', '0', '4', '2'],
  ]);
  assert.equal(await ok('consume grouped -g readers -e'), 'c\nd\n');
  assert.ok((await ok('groups list -q')).split('\n').includes('readers'));
  await ok('groups delete-offsets readers -t grouped');
  await ok('groups delete readers');
  const gone = await run('groups describe readers');
  assert.equal(gone.exitCode, 1);
});

test('a running group shows its member, refuses a reset, and Ctrl-C ends it cleanly', async () => {
  await ok('produce watched', { input: 'a\n' });
  const child = spawn(MILLRACE, ['consume', 'watched', '-g', 'watchers', '-a'], {
    env: { ...process.env, MILLRACE_BOOTSTRAP_SERVER: broker.bootstrap },
  });
  await once(child.stdout, 'data');
  const [group] = await jsonOf<{ state: string; members: { assignment: unknown[] }[] }[]>('groups describe watchers');
  assert.equal(group?.state, 'Stable');
  assert.deepEqual(group?.members[0]?.assignment, [{ topic: 'watched', partition: 0 }]);
  const reset = await run('groups reset-offsets watchers -t watched --to earliest');
  assert.equal(reset.exitCode, 1);
  assert.match(reset.stderr, /it has members/);
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'close'), [0, null]);
  const [left] = await jsonOf<{ state: string; offsets: { committedOffset: number }[] }[]>('groups describe watchers');
  assert.equal(left?.state, 'Empty');
  assert.equal(left?.offsets[0]?.committedOffset, 1);
});

test('a reader that has seen enough ends the command, without an error', async () => {
  await ok('produce long', { input: `${numbers(50_000).join('\n')}\n` });
  const child = spawn(MILLRACE, ['consume', 'long', '-a'], {
    env: { ...process.env, MILLRACE_BOOTSTRAP_SERVER: broker.bootstrap },
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  await once(child.stdout, 'data');
  child.stdout.destroy();
  assert.deepEqual(await once(child, 'close'), [0, null]);
  assert.equal(errors, '');
});

test('settings are changed and shown', async () => {
  await ok('topics create configured');
  await ok('configs alter --topic configured --set retention.ms=1000 --set cleanup.policy=compact');
  const [shown] = await jsonOf<{ configs: { name: string; value: string; source: string }[] }[]>(
    'configs describe --topic configured',
  );
  const own = shown?.configs.filter(({ source }) => source === 'dynamic topic').map(({ name, value }) => [name, value]);
  assert.deepEqual(own, [
    ['cleanup.policy', 'compact'],
    ['retention.ms', '1000'],
  ]);
  await ok('configs alter --topic configured --delete retention.ms');
  assert.ok(!(await ok('configs describe --topic configured')).includes('retention.ms'));
  const bad = await run('configs alter --topic configured --set retention.ms=soon');
  assert.equal(bad.exitCode, 1);
  assert.match(bad.stderr, /Cannot alter the configs of topic configured: .*\(INVALID_CONFIG\)/);
  assert.equal((await run('configs describe --topic absent')).exitCode, 1);
});

test('the cluster is described, with the versions of its brokers', async () => {
  const cluster = await jsonOf<{ clusterId: string; brokers: { port: number }[] }>('cluster describe');
  assert.equal(cluster.clusterId.length, 22);
  assert.equal(`127.0.0.1:${cluster.brokers[0]?.port}`, broker.bootstrap);
  assert.match(await ok('cluster api-versions'), /^ +18 {2}ApiVersions +0 +4 +4$/m);
});

test('a record that is no record is an error with its line, and nothing behind it is written', async () => {
  const { exitCode, stderr } = await run('produce strict --format json', {
    input: '{"value":"a"}\n{"key":"b"}\n{"value":"c"}\n',
  });
  assert.equal(exitCode, 1);
  assert.match(stderr, /^millrace: Cannot write line 2 of standard input: it has no "value"/);
  assert.equal(await ok('consume strict -a -e'), 'a\n');
});

test('without a broker a command says so soon', async () => {
  const { exitCode, stderr } = await millrace(['topics', 'list', '-b', '127.0.0.1:1']);
  assert.equal(exitCode, 1);
  assert.match(stderr, /^millrace: Cannot talk to 127\.0\.0\.1:1: connection refused/);
});

test('users are made with a password from a pipe, listed and deleted', async () => {
  assert.equal(await ok('users set alice', { input: 'secret\n' }), 'set user alice with SCRAM-SHA-512\n');
  await ok('users set alice -m SCRAM-SHA-256 --iterations 8192', { input: 'other' });
  assert.deepEqual(await jsonOf('users list'), [
    { user: 'alice', mechanism: 'SCRAM-SHA-256', iterations: 8192 },
    { user: 'alice', mechanism: 'SCRAM-SHA-512', iterations: 4096 },
  ]);
  assert.equal((await run('users set bob', { input: '\n' })).exitCode, 2);
  assert.equal((await run('users set bob --password-file /no/such/file')).exitCode, 2);
  await ok('users delete alice');
  assert.match((await run('users delete alice')).stderr, /Cannot alter SCRAM user alice: .*\(RESOURCE_NOT_FOUND\)/);
  assert.deepEqual(tableRows(await ok('users list')), [['alice', 'SCRAM-SHA-256', '8192']]);
  await ok('users delete alice --mechanism SCRAM-SHA-256');
});

test('rules of access are added, listed and removed', async () => {
  const added = await ok('acls add --allow alice --operation read --operation write --topic orders --prefixed');
  assert.deepEqual(added.split('\n').sort(), [
    '',
    'added: allow User:alice read on topic orders and all that begin so, from anywhere',
    'added: allow User:alice write on topic orders and all that begin so, from anywhere',
  ]);
  await ok('acls add --deny User:bob --operation all --group * --host 127.0.0.1');
  assert.deepEqual(tableRows(await ok('acls list --principal bob')), [
    ['group', '*', 'literal', 'User:bob', '127.0.0.1', 'all', 'deny'],
  ]);
  assert.equal((await jsonOf<object[]>('acls list')).length, 3);
  assert.equal((await run('acls remove')).exitCode, 2);
  assert.equal((await run('acls add --allow alice --topic orders')).exitCode, 2);
  await ok('acls remove --principal alice --operation write');
  assert.equal((await jsonOf<object[]>('acls list --topic orders --prefixed')).length, 1);
  await ok('acls remove --all');
  assert.deepEqual(await jsonOf<object[]>('acls list'), []);
});
