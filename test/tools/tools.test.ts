// Apache Kafka's own tools against Millrace: what they print is compared with what they print against Apache Kafka (see
// record-expected.ts), and kafka-dump-log reads the files that the broker leaves.

import assert from 'node:assert/strict';
import { globSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { findKafkaJars, findKafkaShellJars } from '../support/programs.ts';
import { compareSessions, judge, KNOWN_DIFFERENCES } from './differences.ts';
import { complaintsIn, dumpLogs } from './dump-log.ts';
import { runSession, type SessionRun } from './run-session.ts';
import { runTools } from './run-tools.ts';
import { NOT_RUN, RUN_ELSEWHERE, SCRIPTS } from './scripts.ts';
import { SESSIONS } from './sessions/index.ts';

/** A segment of that many bytes has entries in its indexes. */
const INDEXED_BYTES = 512 * 1024;
const SHELL_ATTEMPTS = 10;
const jars = await findKafkaJars();

describe("Apache Kafka's command line tools", { skip: 'missing' in jars ? jars.missing : false }, () => {
  // Differences that no session has met yet.
  const unmet = new Set(KNOWN_DIFFERENCES);
  /** The session before, with its broker, which the next one does not need. */
  let run: SessionRun | undefined;

  after(() => run?.[Symbol.asyncDispose]());

  for (const session of SESSIONS) {
    it(`print the same as against Apache Kafka, but for what is known: ${session.name}`, async () => {
      assert('path' in jars);
      await run?.[Symbol.asyncDispose]();
      run = await runSession(jars.path, session);
      const expected = await readFile(new URL(`expected/${session.name}.txt`, import.meta.url), 'utf8');
      const { unknown, used } = judge(compareSessions(expected, run.text));
      assert.deepEqual(unknown, []);
      for (const known of used) unmet.delete(known);
    });
  }

  it('are all run, or it is said why not', () => {
    const input = { bootstrap: 'broker', secured: 'broker', folder: 'folder' };
    const steps = SESSIONS.flatMap((session) => session.steps(input));
    const run = new Set([...RUN_ELSEWHERE, ...steps.map(({ command }) => command.split(' ')[0] ?? '')]);
    assert.deepEqual(
      SCRIPTS.filter((name) => !run.has(name)),
      Object.keys(NOT_RUN),
    );
  });

  it('have no known difference that is none any more', () => {
    assert.deepEqual([...unmet], []);
  });

  it('accept the segments and indexes of a broker that was killed, came back and was stopped', async () => {
    assert('path' in jars);
    assert(run !== undefined);
    const { broker } = run;
    const perf = '--topic bulk --num-records 30000 --record-size 200 --throughput -1 --command-property linger.ms=20';
    const outcomes = await runTools(jars.path, [
      {
        command: `kafka-topics --bootstrap-server ${broker.bootstrap} --create --topic bulk --config segment.bytes=1048576`,
      },
      { command: `kafka-producer-perf-test --bootstrap-server ${broker.bootstrap} ${perf}` },
    ]);
    assert.match(outcomes[1]?.output ?? '', /^30000 records sent/m);
    await broker.kill();
    await broker.startAgain();
    await broker.stop();

    const data = join(broker.directory, 'data');
    const dumps = await dumpLogs(jars.path, data);
    assert.deepEqual(complaintsIn(dumps), []);
    const segments = globSync(`${data}/bulk-0/*.log`);
    assert.ok(segments.length > 5, `${segments.length} segments`);
    const unindexed = segments.filter(
      (file) => statSync(file).size > INDEXED_BYTES && statSync(file.replace(/log$/, 'index')).size === 0,
    );
    assert.deepEqual(unindexed, []);
    const batches = dumps.filter(({ file }) => /^bulk-0\/.*log$/.test(file)).map(({ output }) => output);
    const counts = batches.join('\n').matchAll(/^baseOffset: .* count: (\d+) .* isvalid: true$/gm);
    assert.equal(
      Array.from(counts, ([, count]) => Number(count)).reduce((sum, count) => sum + count, 0),
      30_000,
    );
  });

  it('show the metadata log of a broker that has stopped', async () => {
    const shell = await findKafkaShellJars();
    assert('path' in shell, JSON.stringify(shell));
    assert(run !== undefined);
    const log = join(run.broker.directory, 'data', '__cluster_metadata-0', '00000000000000000000.log');
    /** The tool may answer before it has handed the last image to its shell (its `waitUntilCaughtUp`): then once more. */
    const tree = async (path: string) => {
      for (let attempt = 1; ; attempt++) {
        const [outcome] = await runTools(shell.path, [
          { command: `kafka-metadata-shell --snapshot ${log} tree ${path}` },
        ]);
        const output = outcome?.output ?? '';
        if (attempt === SHELL_ATTEMPTS || !output.includes('No such file or directory')) return output;
      }
    };
    assert.match(
      await tree('image/topics/byName/bulk'),
      /PartitionRegistration\(replicas=\[1\], .* leader=1, [\s\S]*name:\n\s+bulk/,
    );
    assert.match(await tree('image/cluster/brokers'), /BrokerRegistration\(id=1, .*fenced=false/);
  });

  it('know the directory of a broker that has stopped, and leave it alone', async () => {
    assert('path' in jars);
    assert(run !== undefined);
    const { directory } = run.broker;
    const data = join(directory, 'data');
    const config = join(directory, 'storage.properties');
    const quorum = 'controller.listener.names=CONTROLLER\ncontroller.quorum.voters=1@127.0.0.1:1\n';
    const listeners = 'listeners=PLAINTEXT://127.0.0.1:2,CONTROLLER://127.0.0.1:1\n';
    await writeFile(config, `process.roles=broker,controller\nnode.id=1\n${quorum}${listeners}log.dirs=${data}\n`);
    const properties = await readFile(join(data, 'meta.properties'), 'utf8');
    const [, clusterId = ''] = /^cluster\.id=(.*)$/m.exec(properties) ?? [];
    const [info, again, refused] = await runTools(jars.path, [
      { command: `kafka-storage info --config ${config}` },
      { command: `kafka-storage format --cluster-id ${clusterId} --ignore-formatted --config ${config}` },
      { command: `kafka-storage format --cluster-id ${clusterId} --config ${config}` },
    ]);
    assert.match(
      info?.output ?? '',
      /^Found log directory:\n {2}.*\/data\n\nFound metadata: \{cluster\.id=.*, node\.id=1, /,
    );
    assert.equal(info?.code, 0);
    assert.match(again?.output ?? '', /^All of the log directories are already formatted\.$/m);
    assert.match(refused?.output ?? '', /Log directory .*\/data is already formatted\. Use --ignore-formatted/);
    assert.equal(await readFile(join(data, 'meta.properties'), 'utf8'), properties);
  });
});
