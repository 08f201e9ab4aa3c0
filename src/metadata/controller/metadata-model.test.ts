// Random operations against a model of a few lines, with restarts and snapshots in between. A failure prints its seed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, MemoryDisk, nodeRandom, SeededRandom } from '../../platform/index.ts';
import { CONFIG_RESOURCE } from '../../protocol/index.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import { type NewTopicOptions, newTopic, startCluster, type TestCluster } from '../test-fixtures.ts';

const RUNS = 20;
const STEPS = 60;

interface ModelTopic {
  partitions: number;
  leaderEpoch: number;
  configs: Record<string, string>;
}

type Model = Map<string, ModelTopic>;

for (let run = 0; run < RUNS; run++) {
  const seed = nodeRandom.integer(2 ** 31);
  test(`random changes, restarts and snapshots lose and invent nothing (seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    const clock = new ManualClock();
    const disk = new MemoryDisk(clock);
    const model: Model = new Map();
    let cluster = await startCluster({ disk, clock, random });
    for (let step = 0; step < STEPS; step++) {
      if (random.integer(10) === 0) cluster = await restart(cluster, model, random);
      else await change(cluster, model, random);
      clock.advance(random.integer(1000));
      assert.deepEqual(summary(cluster.controller.image), modelSummary(model), `seed ${seed}, step ${step}`);
    }
    await cluster.controller.stop();
  });
}

async function restart(cluster: TestCluster, model: Model, random: SeededRandom): Promise<TestCluster> {
  await cluster.controller.stop();
  const { disk, clock } = cluster;
  const wasClean = random.integer(2) === 0;
  const restarted = await startCluster({ disk, clock, random, wasCleanlyStopped: wasClean });
  if (!wasClean) for (const topic of model.values()) topic.leaderEpoch++;
  return restarted;
}

async function change({ controller }: TestCluster, model: Model, random: SeededRandom): Promise<void> {
  const name = ['a', 'b.c', 'b_c', 'd', 'e', 'f'][random.integer(6)] ?? 'a';
  const topic = model.get(name);
  switch (random.integer(6)) {
    case 0: {
      const configs = random.integer(2) === 0 ? {} : { 'retention.ms': String(random.integer(5)) };
      const options: NewTopicOptions = { numPartitions: 1 + random.integer(4), configs };
      const validateOnly = random.integer(4) === 0;
      const { topics } = await controller.createTopics({ topics: [newTopic(name, options)], validateOnly });
      const collides = ['b.c', 'b_c'].includes(name) && (model.has('b.c') || model.has('b_c'));
      assert.equal(topics[0]?.errorCode === 0, topic === undefined && !collides);
      if (topics[0]?.errorCode === 0 && !validateOnly) {
        model.set(name, { partitions: options.numPartitions ?? 1, leaderEpoch: 0, configs: { ...configs } });
      }
      return;
    }
    case 1: {
      const { responses } = await controller.deleteTopics({ topics: [], topicNames: [name] });
      assert.equal(responses[0]?.errorCode === 0, model.delete(name));
      return;
    }
    case 2: {
      const count = 1 + random.integer(6);
      const request = { topics: [{ name, count, assignments: null }], validateOnly: false };
      const { results } = await controller.createPartitions(request);
      const grows = topic !== undefined && count > topic.partitions && topic.leaderEpoch === 0;
      // New partitions begin at leader epoch 0; the model has one epoch for all, so topics with a later one stay as they are.
      if (topic !== undefined && topic.leaderEpoch > 0) {
        if (results[0]?.errorCode === 0) model.set(name, await recreate(controller, name));
        return;
      }
      assert.equal(results[0]?.errorCode === 0, grows);
      if (grows) topic.partitions = count;
      return;
    }
    case 3:
    case 4: {
      const names = ['retention.ms', 'cleanup.policy'];
      const config = names[random.integer(2)] ?? '';
      const configOperation = random.integer(4);
      const value =
        config === 'retention.ms' ? String(random.integer(5)) : (['compact', 'delete'][random.integer(2)] ?? '');
      const configs = [{ name: config, configOperation, value }];
      const resources = [{ resourceType: CONFIG_RESOURCE.topic, resourceName: name, configs }];
      const { responses } = await controller.incrementalAlterConfigs({ resources, validateOnly: false });
      const isListOperation = configOperation >= 2;
      const isAllowed = topic !== undefined && !(isListOperation && config === 'retention.ms');
      assert.equal(responses[0]?.errorCode === 0, isAllowed, responses[0]?.errorMessage ?? '');
      if (isAllowed) alter(topic.configs, config, configOperation, value);
      return;
    }
    default:
      await controller.writeSnapshot();
  }
}

async function recreate(controller: TestCluster['controller'], name: string): Promise<ModelTopic> {
  await controller.deleteTopics({ topics: [], topicNames: [name] });
  await controller.createTopics({ topics: [newTopic(name)], validateOnly: false });
  return { partitions: 1, leaderEpoch: 0, configs: {} };
}

function alter(configs: Record<string, string>, name: string, operation: number, value: string): void {
  const words = new Set((configs[name] ?? 'delete').split(',').filter((word) => word !== ''));
  if (operation === 0) configs[name] = value;
  else if (operation === 1) delete configs[name];
  else if (operation === 2) configs[name] = [...words.add(value)].join(',');
  else configs[name] = [...words].filter((word) => word !== value).join(',');
}

function summary(image: MetadataImage) {
  const topics = [...image.topics.byName.values()].map(({ name, topicId, partitions }) => {
    assert.equal(image.topics.byId.get(topicId)?.name, name);
    const configs = { ...image.configs.of({ type: CONFIG_RESOURCE.topic, name }) };
    return { name, partitions: partitions.map(({ leader, leaderEpoch }) => [leader, leaderEpoch]), configs };
  });
  assert.equal(image.topics.byId.size, topics.length);
  assert.equal(
    image.configs.resources(CONFIG_RESOURCE.topic).length,
    topics.filter(({ configs }) => Object.keys(configs).length > 0).length,
  );
  return { topics: topics.sort(byName), partitions: image.topics.partitionCount };
}

function modelSummary(model: Model) {
  const topics = [...model].map(([name, { partitions, leaderEpoch, configs }]) => ({
    name,
    partitions: Array.from({ length: partitions }, () => [1, leaderEpoch]),
    configs: { ...configs },
  }));
  return { topics: topics.sort(byName), partitions: topics.reduce((sum, topic) => sum + topic.partitions.length, 0) };
}

function byName(first: { name: string }, second: { name: string }): number {
  return first.name < second.name ? -1 : 1;
}
