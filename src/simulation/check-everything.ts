// Holds a broker that has just started against the whole history: records, topics, settings, committed offsets.

import type { Admin } from '../client/index.ts';
import { checkKeys } from './check-keys.ts';
import { checkPartition } from './check-partition.ts';
import { checkTransactions } from './check-transactions.ts';
import type { Clients } from './clients.ts';
import {
  COPY_SOURCE,
  COPY_TARGET,
  type History,
  KEYED_TOPIC,
  type TopicHistory,
  TRANSACTIONS_TOPIC,
} from './history.ts';
import { readEverything } from './read-everything.ts';
import { promise } from './violation.ts';

/** They have checkers of their own. */
const OTHER_TOPICS: ReadonlySet<string> = new Set([TRANSACTIONS_TOPIC, KEYED_TOPIC, COPY_SOURCE, COPY_TARGET]);

export interface CheckOptions {
  /** False: clients go on meanwhile, and only what was acknowledged before is asked for. */
  readonly isOver: boolean;
  /** A partition that nobody looks at. */
  readonly except?: { readonly topic: TopicHistory; readonly partition: number } | undefined;
}

export async function checkEverything(
  clients: Clients,
  history: History,
  { isOver, except }: CheckOptions,
): Promise<void> {
  await using admin = clients.admin();
  await checkTopics(admin, history);
  for (const topic of history.liveTopics) {
    await checkConfigs(admin, topic);
    for (let partition = 0; partition < topic.partitions; partition++) {
      if (topic === except?.topic && partition === except.partition) continue;
      const promised = history.promisedIn(topic, partition);
      const content = await ifStillThere(topic, () => readEverything(clients, { topic: topic.name, partition }));
      // Who deletes a topic that is being read has promised nothing to the reader.
      if (content !== undefined && topic.state === 'live') checkPartition(history, topic, content, promised);
    }
  }
  await checkCommits(admin, history);
  await checkTransactions(clients, history, isOver);
  await checkKeys(clients, history);
}

async function checkTopics(admin: Admin, history: History): Promise<void> {
  const before = [...history.topics.values()].map((topic) => ({ topic, state: topic.state }));
  const listed = new Set((await admin.listTopics()).map(({ name }) => name));
  for (const { topic, state } of before) {
    const { name } = topic;
    if (history.topics.get(name) !== topic || topic.state !== state) continue;
    if (state === 'live') promise(listed.has(name), () => `the topic ${name} is gone, although nobody deleted it`);
    if (state === 'deleted') promise(!listed.has(name), () => `the topic ${name} is there again after its deletion`);
  }
  for (const name of listed)
    promise(OTHER_TOPICS.has(name) || history.topics.has(name), () => `nobody created the topic ${name}`);
}

async function checkConfigs(admin: Admin, topic: TopicHistory): Promise<void> {
  const allowed = new Map(
    [...topic.configs].map(([name, { acknowledged, asked }]) => [name, new Set([acknowledged, ...asked])]),
  );
  const described = await ifStillThere(topic, async () => {
    const [found] = await admin.describeConfigs([{ type: 'topic', name: topic.name }]);
    if (found?.error !== undefined) throw found.error;
    return found;
  });
  for (const { name, value } of topic.state === 'live' ? (described?.entries ?? []) : []) {
    const values = allowed.get(name);
    const asked = topic.configs.get(name)?.asked;
    promise(
      values === undefined || values.has(value ?? undefined) || asked?.has(value ?? '') === true,
      () => `${name} of ${topic.name} is ${value}, not one of ${[...(values ?? [])].join(', ')}`,
    );
  }
}

async function checkCommits(admin: Admin, history: History): Promise<void> {
  const before = new Map([...history.commits.values()].map((commit) => [commit, commit.acknowledged]));
  for (const group of new Set([...before.keys()].map((commit) => commit.group))) {
    const found = await admin.listGroupOffsets(group);
    for (const [commit, acknowledged] of before) {
      // The offsets of a topic go with it.
      if (commit.group !== group || commit.topic.state !== 'live') continue;
      const isOfCommit = ({ topic, partition }: { topic: string; partition: number }) =>
        topic === commit.topic.name && partition === commit.partition;
      const offset = found.find(isOfCommit)?.offset;
      const name = `${group} at ${commit.topic.name}-${commit.partition}`;
      promise(
        acknowledged === undefined || (offset !== undefined && offset >= acknowledged),
        () => `the offset of ${name} is ${offset}, although ${acknowledged} was committed`,
      );
      promise(
        offset === undefined || offset <= commit.asked,
        () => `the offset of ${name} is ${offset}, although no more than ${commit.asked} was ever committed`,
      );
    }
  }
}

/** Undefined when the topic was deleted meanwhile, which is the only good reason to fail. */
async function ifStillThere<T>(topic: TopicHistory, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (topic.state !== 'live') return undefined;
    throw error;
  }
}
