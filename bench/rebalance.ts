// How long a group of 100 members takes to share out 200 partitions: when all join, when ten leave, and when ten come, beside Apache Kafka. Arguments: members (100), runs (3).

import { setTimeout as delay } from 'node:timers/promises';
import { Admin, type ConsumerOptions } from '../src/client/index.ts';
import { type BenchBroker, startApacheKafka, startMillrace } from './support/brokers.ts';
import { type Comparison, report } from './support/figures.ts';
import { GroupMember } from './support/group-member.ts';

const MEMBERS = Number(process.argv[2] ?? 100);
const RUNS = Number(process.argv[3] ?? 3);
const PARTITIONS = 2 * MEMBERS;
const COME_AND_GO = Math.ceil(MEMBERS / 10);
const SETTLED_WITHIN_MS = 120_000;
const PROTOCOLS = ['classic', 'consumer'] as const;
const PHASES = ['all join', 'a tenth leaves', 'a tenth joins'] as const;
/** Members hear of a rebalance with a heartbeat: let them come often, to measure the brokers. */
const HEARTBEAT_MS = 200;
const SETTINGS = [
  'group.initial.rebalance.delay.ms=0',
  `group.consumer.min.heartbeat.interval.ms=${HEARTBEAT_MS}`,
  `group.consumer.heartbeat.interval.ms=${HEARTBEAT_MS}`,
  'group.consumer.assignment.interval.ms=0',
  'group.consumer.min.assignment.interval.ms=0',
];

const figures = new Map<string, Record<BenchBroker['name'], number[]>>();
await using millrace = await startMillrace(SETTINGS);
await using kafka = await startApacheKafka(SETTINGS);
for (const { bootstrap } of [millrace, kafka]) {
  await using admin = new Admin({ bootstrapServers: bootstrap });
  const [created] = await admin.createTopics([{ name: 'bench', numPartitions: PARTITIONS }]);
  if (created?.error) throw created.error;
}
for (let run = 0; run < RUNS; run++) {
  for (const groupProtocol of PROTOCOLS) {
    for (const broker of [millrace, kafka]) {
      const took = await measure(broker, { groupProtocol, groupId: `${groupProtocol}-${run}` });
      for (const [index, phase] of PHASES.entries()) {
        const name = `${groupProtocol}: ${phase}`;
        if (!figures.has(name)) figures.set(name, { Millrace: [], 'Apache Kafka': [] });
        figures.get(name)?.[broker.name].push(took[index] ?? Number.NaN);
      }
      console.log(
        `${broker.name}, run ${run + 1}, ${groupProtocol}: ${took.map((ms) => `${Math.round(ms)} ms`).join(', ')}`,
      );
    }
  }
}
const comparisons: Comparison[] = Array.from(figures, ([figure, values]) => ({
  figure,
  unit: 'ms',
  millrace: values.Millrace,
  kafka: values['Apache Kafka'],
}));
report(comparisons);

/** Milliseconds of each phase, until every partition is assigned, to one member, and evenly. */
async function measure(
  { bootstrap }: BenchBroker,
  group: Pick<ConsumerOptions, 'groupProtocol' | 'groupId'>,
): Promise<number[]> {
  const members = new Set<GroupMember>();
  const join = (count: number) => {
    for (let index = 0; index < count; index++)
      members.add(new GroupMember(bootstrap, { ...group, heartbeatIntervalMs: HEARTBEAT_MS }));
  };
  const phases = [
    () => join(MEMBERS),
    () => Promise.all([...members].slice(0, COME_AND_GO).map((member) => leave(members, member))),
    () => join(COME_AND_GO),
  ];
  const took: number[] = [];
  for (const phase of phases) {
    const start = performance.now();
    await phase();
    await settled(members, start + SETTLED_WITHIN_MS);
    took.push(performance.now() - start);
  }
  await Promise.all([...members].map((member) => leave(members, member)));
  return took;
}

async function leave(members: Set<GroupMember>, member: GroupMember): Promise<void> {
  members.delete(member);
  await member.leave();
}

async function settled(members: ReadonlySet<GroupMember>, deadlineMs: number): Promise<void> {
  const isSettled = () => {
    const counts = Array.from(members, ({ partitions }) => partitions);
    const total = counts.reduce((sum, count) => sum + count, 0);
    return total === PARTITIONS && Math.max(...counts) - Math.min(...counts) <= 1;
  };
  while (!isSettled()) {
    if (performance.now() > deadlineMs) throw new Error('the group does not settle');
    await delay(5);
  }
}
