// Asks every case as every user, and tells for each case who got which answer.

import { TestClient } from '../../src/broker/testing/test-client.ts';
import { nodeClock, nodeNetwork, sleep } from '../../src/platform/index.ts';
import {
  createAcls,
  createTopics,
  errorName,
  findCoordinator,
  incrementalAlterConfigs,
  initProducerId,
  metadata,
  offsetCommit,
  saslAuthenticate,
  saslHandshake,
} from '../../src/protocol/index.ts';
import type { Case, TopicIds } from './case.ts';
import { cases } from './cases.ts';
import { GROUP_SETTINGS, MEMBERS } from './group-cases.ts';
import { outcomeOf } from './outcome.ts';
import { PASSWORD, RULES, USERS } from './permissions.ts';

export interface Target {
  readonly plainPort: number;
  readonly saslPort: number;
}

const HOST = '127.0.0.1';
const GHOST_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';
const ANSWER_LIMIT_MS = 10_000;
const SETUP_LIMIT_MS = 30_000;

/** The matrix as text: for each case its outcomes, and who has each. */
export async function runMatrix(target: Target): Promise<string> {
  const root = await connect(target.plainPort);
  const ids = await prepare(root);
  const names = new Map([
    [ids.orders, 'id of orders'],
    [ids.ghost, 'id of nothing'],
  ]);
  const clients = new Map<string, TestClient>();
  for (const user of USERS) clients.set(user, await connectAs(target.saslPort, user));
  const sections: string[] = [];
  for (const asked of cases(ids)) {
    const users = new Map<string, string[]>();
    for (const [user, client] of clients) {
      await createMissing(root, asked.needs ?? []);
      const outcome = await ask(client, asked, names);
      if (client.isClosed) clients.set(user, await connectAs(target.saslPort, user));
      users.set(outcome, [...(users.get(outcome) ?? []), user]);
    }
    sections.push(section(asked, users));
  }
  for (const client of [root, ...clients.values()]) client.close();
  return sections.join('\n');
}

async function ask(
  client: TestClient,
  { api, version, request, before }: Case,
  names: ReadonlyMap<string, string>,
): Promise<string> {
  try {
    // A case holds a request of its own API; a list of mixed ones cannot say so.
    if (before !== undefined) await client.send(before.api, before.version, before.request as never);
    const limit = sleep(nodeClock, ANSWER_LIMIT_MS).then(() => undefined);
    const answer = await Promise.race([client.send(api, version, request as never), limit]);
    if (answer !== undefined) return outcomeOf(answer, names);
    client.close();
    return 'there is no answer';
  } catch (error) {
    if (client.isClosed) return 'the broker closes the connection';
    throw error;
  }
}

function section({ title, api, version }: Case, users: ReadonlyMap<string, readonly string[]>): string {
  const outcomes = [...users].sort(([, first], [, second]) => second.length - first.length);
  const lines = outcomes.map(([outcome, names], index) => {
    const who = index === 0 && names.length > USERS.length / 2 ? 'everybody else' : names.join(', ');
    return `  ${who}\n    ${outcome}\n`;
  });
  return `${title} (${api.name} ${version})\n${lines.join('')}`;
}

/** Makes what the cases ask for. */
async function prepare(root: TestClient): Promise<TopicIds> {
  await createMissing(root, ['orders']);
  const { results } = await root.send(createAcls, 3, RULES);
  const refused = results.find(({ errorCode }) => errorCode !== 0);
  if (refused) throw new Error(`Cannot create the rules: ${refused.errorMessage}`);
  for (const [keyType, key] of [
    [0, 'crew-simple'],
    [1, 'tx-2'],
    [2, `crew-share:${GHOST_ID}:0`],
  ] as const) {
    await until(async () => {
      const { coordinators } = await root.send(findCoordinator, 6, { keyType, coordinatorKeys: [key] });
      return coordinators[0]?.errorCode === 0;
    });
  }
  const partition = { partitionIndex: 0, committedOffset: 0n, committedMetadata: null };
  await until(async () => {
    const topics = [{ name: 'orders', partitions: [partition] }];
    const answer = await root.send(offsetCommit, 9, { groupId: 'crew-simple', memberId: '', topics });
    return answer.topics[0]?.partitions[0]?.errorCode === 0;
  });
  await until(async () => {
    const transaction = { transactionalId: 'tx-2', transactionTimeoutMs: 1000 };
    return (await root.send(initProducerId, 5, transaction)).errorCode === 0;
  });
  await root.send(incrementalAlterConfigs, 1, GROUP_SETTINGS);
  for (const { api, version, request } of MEMBERS) {
    await until(async () => {
      const { errorCode } = (await root.send(api, version, request as never)) as { errorCode: number };
      return errorCode === 0;
    });
  }
  const { topics } = await root.send(metadata, 12, { topics: [{ name: 'orders' }], allowAutoTopicCreation: false });
  return { orders: topics[0]?.topicId ?? '', ghost: GHOST_ID };
}

async function createMissing(root: TestClient, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await until(async () => {
    const topic = { numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] };
    const { topics } = await root.send(createTopics, 7, { topics: names.map((name) => ({ name, ...topic })) });
    return topics.every(({ errorCode }) => ['NONE', 'TOPIC_ALREADY_EXISTS'].includes(errorName(errorCode) ?? ''));
  });
}

async function connect(port: number): Promise<TestClient> {
  return new TestClient(await nodeNetwork.connect({ host: HOST, port }));
}

async function connectAs(port: number, user: string): Promise<TestClient> {
  const client = await connect(port);
  await client.send(saslHandshake, 1, { mechanism: 'PLAIN' });
  const { errorCode } = await client.send(saslAuthenticate, 2, { authBytes: Buffer.from(`\0${user}\0${PASSWORD}`) });
  if (errorCode !== 0) throw new Error(`${user} cannot log in: ${errorName(errorCode)}`);
  return client;
}

/** A broker that has just started makes its internal topics on first use. */
async function until(isDone: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + SETUP_LIMIT_MS;
  while (!(await isDone())) {
    if (performance.now() > end) throw new Error('what the cases need is not there in time');
    await sleep(nodeClock, 50);
  }
}
