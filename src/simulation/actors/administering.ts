// An operator who creates and deletes topics, changes their settings and deletes records.

import type { Admin } from '../../client/index.ts';
import { type Random, sleep } from '../../platform/index.ts';
import type { TopicHistory } from '../history.ts';
import type { RunContext } from '../run-context.ts';
import type { Swarm } from '../swarm.ts';

/** The topic that is never deleted. */
export const FIRST_TOPIC = 'topic-0';

type Action = (context: RunContext, admin: Admin, random: Random) => Promise<void>;

export async function administer(context: RunContext): Promise<void> {
  const random = context.random();
  await using admin = context.clients.admin();
  for (let left = context.swarm.adminActions; left > 0; left--) {
    await sleep(context.clock, random.integer(context.swarm.maxThinkMs * 10 + 20));
    const action = ACTIONS[random.integer(ACTIONS.length)] ?? createSomeTopic;
    await action(context, admin, random);
  }
}

export async function createTopic(
  context: RunContext,
  admin: Admin,
  { name, partitions, configs }: { name: string; partitions: number; configs: Readonly<Record<string, string>> },
): Promise<void> {
  const topic: TopicHistory = {
    name,
    partitions,
    state: 'creating',
    configs: new Map(Object.entries(configs).map(([key, value]) => [key, { acknowledged: value, asked: new Set() }])),
    deletedBelow: new Map(),
    damaged: new Map(),
    hasRetentionBytes: 'retention.bytes' in configs,
    retentionMs: 'retention.ms' in configs ? Number(configs['retention.ms']) : undefined,
  };
  context.history.create(topic);
  const [created] = await admin.createTopics([{ name, numPartitions: partitions, configs }]);
  context.trace.event(`create ${name}: ${created?.error?.message ?? 'done'}`);
  // A repeated request finds the topic that the first one made.
  if (created?.error === undefined || created.error.code === 'TOPIC_ALREADY_EXISTS') topic.state = 'live';
}

/** Of every topic that producers write to. */
export function topicConfigs({ topicConfigs: configs, retentionMs }: Swarm): Readonly<Record<string, string>> {
  return retentionMs === undefined ? configs : { ...configs, 'retention.ms': String(retentionMs) };
}

const createSomeTopic: Action = (context, admin, random) => {
  const { topics } = context.history;
  const retention = random.integer(4) === 0 ? { 'retention.bytes': '3000' } : {};
  const deleted = [...topics.values()].filter(({ state }) => state === 'deleted');
  const again = context.swarm.recreatesTopics ? deleted[random.integer(deleted.length + 1)] : undefined;
  const name = again?.name ?? `topic-${topics.size}`;
  const configs = { ...topicConfigs(context.swarm), ...retention };
  return createTopic(context, admin, { name, partitions: 1 + random.integer(3), configs });
};

const deleteSomeTopic: Action = async ({ history, trace }, admin, random) => {
  const topics = history.liveTopics.filter(({ name }) => name !== FIRST_TOPIC);
  const topic = topics[random.integer(Math.max(topics.length, 1))];
  if (topic === undefined) return;
  topic.state = 'deleting';
  const [deleted] = await admin.deleteTopics([topic.name]);
  trace.event(`delete ${topic.name}: ${deleted?.error?.message ?? 'done'}`);
  if (deleted?.error === undefined || deleted.error.code === 'UNKNOWN_TOPIC_OR_PARTITION') topic.state = 'deleted';
};

const alterSomeTopic: Action = async ({ history, trace }, admin, random) => {
  const topic = history.liveTopics[random.integer(Math.max(history.liveTopics.length, 1))];
  if (topic === undefined) return;
  const value = String(1000 + random.integer(1_000_000));
  const config = topic.configs.get('flush.ms') ?? { acknowledged: undefined, asked: new Set<string>() };
  // Until a value is acknowledged, nobody knows whether the broker has the one before.
  if (config.acknowledged !== undefined || config.asked.size > 0) {
    config.asked.add(value);
    topic.configs.set('flush.ms', config);
  }
  const resource = { type: 'topic' as const, name: topic.name };
  const [altered] = await admin.alterConfigs([{ resource, changes: [{ name: 'flush.ms', operation: 'set', value }] }]);
  trace.event(`set flush.ms of ${topic.name} to ${value}: ${altered?.error?.message ?? 'done'}`);
  if (altered?.error === undefined) topic.configs.set('flush.ms', { acknowledged: value, asked: new Set() });
};

const deleteSomeRecords: Action = async ({ history, swarm, trace }, admin, random) => {
  const topic = history.liveTopics[random.integer(Math.max(history.liveTopics.length, 1))];
  if (topic === undefined || !swarm.deletesRecords) return;
  const partition = random.integer(topic.partitions);
  const place = { topic: topic.name, partition };
  const [end] = await admin.listOffsets([{ ...place, spec: 'latest' }]);
  if (end?.offset === undefined || end.offset === 0n) return;
  const beforeOffset = BigInt(random.integer(Number(end.offset) + 1));
  const known = topic.deletedBelow.get(partition) ?? 0n;
  topic.deletedBelow.set(partition, beforeOffset > known ? beforeOffset : known);
  const [deleted] = await admin.deleteRecords([{ ...place, beforeOffset }]);
  trace.event(`delete ${topic.name}-${partition} below ${beforeOffset}: ${deleted?.error?.message ?? 'done'}`);
};

const ACTIONS: readonly Action[] = [createSomeTopic, deleteSomeTopic, alterSomeTopic, deleteSomeRecords];
