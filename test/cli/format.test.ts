// A cluster whose first user is made before its first start, on a broker that lets nobody in without a password.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BrokerProcess } from '../support/broker-process.ts';
import { millrace } from './run-millrace.ts';

const CLUSTER_ID = 'bWlsbHJhY2UtdGVzdC0xMg';
const ADMIN_PROPERTIES = [
  'security.protocol=SASL_PLAINTEXT',
  'sasl.mechanism=SCRAM-SHA-512',
  'sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="admin-secret";',
  '',
].join('\n');

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-format-'));
});

after(() => rm(folder, { recursive: true }));

test('who is made when a cluster is formatted logs in at its first start', async () => {
  const data = join(folder, 'data');
  const user = 'SCRAM-SHA-512=[name=admin,password=admin-secret]';
  const args = ['format', '--override', `log.dirs=${data}`, '--cluster-id', CLUSTER_ID, '--add-scram', user];
  const formatted = await millrace(args);
  assert.deepEqual(formatted, {
    exitCode: 0,
    stdout: `formatted ${data}\nadded user admin with SCRAM-SHA-512\n`,
    stderr: '',
  });
  assert.match(await readFile(join(data, 'meta.properties'), 'utf8'), new RegExp(`^cluster.id=${CLUSTER_ID}$`, 'm'));

  const again = await millrace(args);
  assert.equal(again.exitCode, 1);
  assert.match(again.stderr, /^millrace: Log directory .* is already formatted\. Use --ignore-formatted /);
  assert.equal((await millrace([...args, '--ignore-formatted'])).exitCode, 0);

  await using broker = await BrokerProcess.start(
    ['sasl.enabled.mechanisms=SCRAM-SHA-512', 'listener.security.protocol.map=PLAINTEXT:SASL_PLAINTEXT'],
    { directory: folder },
  );
  const { bootstrap } = broker;
  const properties = join(folder, 'admin.properties');
  await writeFile(properties, ADMIN_PROPERTIES);
  const described = await millrace(['cluster', 'describe', '--json', '--command-config', properties], { bootstrap });
  assert.equal(JSON.parse(described.stdout).clusterId, CLUSTER_ID);
  const stranger = await millrace(['cluster', 'describe', '--timeout', '2'], { bootstrap });
  assert.equal(stranger.exitCode, 1);
});

test('a user who cannot be made leaves nothing behind', async () => {
  const data = join(folder, 'untouched');
  const format = (...users: string[]) =>
    millrace(['format', '--override', `log.dirs=${data}`, ...users.flatMap((user) => ['--add-scram', user])]);
  const attempts = [
    await format('SCRAM-SHA-256=[name=a,password=b,iterations=4095]'),
    await format('SCRAM-SHA-256=[name=a,password=b,iterations=16385]'),
    await format('SCRAM-SHA-1=[name=a,password=b]'),
    await format('SCRAM-SHA-256=[name=a,password=b]', 'SCRAM-SHA-256=[name=a,password=c]'),
  ];
  assert.deepEqual(
    attempts.map(({ exitCode }) => exitCode !== 0),
    attempts.map(() => true),
  );
  assert.match(attempts[0]?.stderr ?? '', /Too few iterations/);
  assert.match(attempts[1]?.stderr ?? '', /Too many iterations/);
  await assert.rejects(readdir(data), { code: 'ENOENT' });
});
