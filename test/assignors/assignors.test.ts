// Our assignors give the members of random groups what Apache Kafka's own classes give them.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { SeededRandom } from '../../src/platform/index.ts';
import { findKafkaJars } from '../support/programs.ts';
import { assignPartitions, assignTasks } from './random-groups.ts';

const seed = Number(process.env.MILLRACE_SEED ?? Date.now() % 1_000_000);
const GROUPS = process.env.MILLRACE_FULL === '1' ? 5000 : 200;
const STEPS = 12;
const jars = await findKafkaJars();

describe("assignors do as Apache Kafka's", { skip: 'missing' in jars ? jars.missing : false }, () => {
  const names = ['uniform', 'range', 'sticky'] as const;
  const random = new SeededRandom(seed);
  const ours = names.map((name) =>
    Array.from({ length: GROUPS }, () => [
      ...(name === 'sticky' ? assignTasks(random, STEPS) : assignPartitions(name, random, STEPS)),
    ]).flat(),
  );
  let theirs: string[] = [];

  // One Java process for all of them.
  before(() => {
    assert('path' in jars);
    theirs = askKafka(
      jars.path,
      ours.flat().map(({ group }) => group),
    );
  });

  for (const [index, name] of names.entries()) {
    it(name, (t) => {
      t.diagnostic(`seed ${seed}`);
      for (const [step, { group, assignment }] of (ours[index] ?? []).entries())
        assert.deepEqual(withSomething(assignment), withSomething(theirs[index * GROUPS * STEPS + step] ?? ''), group);
      t.diagnostic(`${GROUPS * STEPS} assignments alike`);
    });
  }
});

/** Members that get nothing may be left out. */
function withSomething(assignment: string): [string, unknown][] {
  return Object.entries<object>(JSON.parse(assignment)).filter(([, partitions]) => Object.keys(partitions).length > 0);
}

function askKafka(classPath: string, groups: readonly string[]): string[] {
  const logging = `-Dlog4j2.configurationFile=${join(import.meta.dirname, '..', 'support', 'kafka-log4j2.xml')}`;
  const program = join(import.meta.dirname, 'Assignors.java');
  const { status, stdout, stderr } = spawnSync('java', ['-Xmx512M', logging, '-cp', classPath, program], {
    input: groups.join('\n'),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  assert.equal(status, 0, stderr);
  return stdout.trimEnd().split('\n');
}
