// How many partitions the internal topics of a topology need: repartition topics as many as what they are made from, topics that are joined
// with each other the same number, changelogs one for each task.

import { KafkaError } from '../../../protocol/index.ts';
import type { GroupTopics } from '../consumer/group-topics.ts';
import { inputTopics, type Subtopology, type Topology } from './topology.ts';
import { TopologyProblem } from './topology-problem.ts';

type Counts = Map<string, number>;

/**
 * The partitions of each internal topic by name. All source topics must exist.
 * Throws `TopologyProblem`, and STREAMS_INVALID_TOPOLOGY for a topology that no topics would fit.
 */
export function decidePartitionCounts(topology: Topology, topics: GroupTopics): ReadonlyMap<string, number> {
  const counts = repartitionCounts(topology, topics);
  const countOf = (topic: string) => topics.byName(topic)?.partitionCount ?? counts.get(topic) ?? 0;
  copartition(topology, counts, countOf);
  for (const subtopology of topology.subtopologies) {
    const taskCount = Math.max(...inputTopics(subtopology).map(countOf));
    for (const { name } of subtopology.stateChangelogTopics) counts.set(name, taskCount);
  }
  return counts;
}

/** One repartition topic may be made from another: rounds, until all are known. */
function repartitionCounts({ subtopologies }: Topology, topics: GroupTopics): Counts {
  const repartitionTopics = subtopologies.flatMap(({ repartitionSourceTopics }) => repartitionSourceTopics);
  const counts: Counts = new Map();
  for (const { name, partitions } of repartitionTopics) if (partitions !== 0) counts.set(name, partitions);
  for (let isComplete = false; !isComplete; ) {
    isComplete = true;
    let hasProgress = false;
    for (const subtopology of subtopologies) {
      const count = largestInput(subtopology, counts, topics);
      for (const name of subtopology.repartitionSinkTopics) {
        if (counts.has(name)) continue;
        if (count === undefined) {
          isComplete = false;
        } else {
          counts.set(name, count);
          hasProgress = true;
        }
      }
    }
    if (!isComplete && !hasProgress)
      throw invalid('The partitions of some repartition topics depend on themselves: the topology has a loop.');
  }
  for (const { name } of repartitionTopics)
    if (!counts.has(name)) throw invalid(`Nothing in the topology writes to the repartition topic ${name}.`);
  return counts;
}

function largestInput(subtopology: Subtopology, counts: Counts, topics: GroupTopics): number | undefined {
  const known = [
    ...subtopology.repartitionSourceTopics.map(({ name }) => counts.get(name)),
    ...subtopology.sourceTopics.map((name) => topics.byName(name)?.partitionCount),
  ].filter((count) => count !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** Gives topics that must have as many partitions as each other the same number. */
function copartition({ subtopologies }: Topology, counts: Counts, countOf: (topic: string) => number): void {
  const repartitionTopics = subtopologies.flatMap(({ repartitionSourceTopics }) => repartitionSourceTopics);
  const internal = new Set(repartitionTopics.map(({ name }) => name));
  const fixed = new Set(repartitionTopics.filter(({ partitions }) => partitions !== 0).map(({ name }) => name));
  for (const group of subtopologies.flatMap(copartitionGroups)) {
    const members = [...group].filter((topic) => internal.has(topic));
    const sources = [...group].filter((topic) => !internal.has(topic));
    if (group.size === 0) continue;
    // Where no topic from outside says it, those with a number of their own do, and then the largest.
    const deciding = sources.length > 0 ? sources : fixed.size > 0 ? [...fixed] : [];
    const [first] = deciding;
    const count = first === undefined ? Math.max(...members.map(countOf)) : countOf(first);
    if (deciding.some((topic) => countOf(topic) !== count))
      throw unequal(sources.length > 0 ? sources : members, countOf);
    for (const topic of members) {
      if (fixed.has(topic) && countOf(topic) !== count) {
        throw new TopologyProblem(
          'incorrectlyPartitionedTopics',
          `Number of partitions [${countOf(topic)}] of repartition topic [${topic}] doesn't match number of partitions [${count}] of the source topic.`,
        );
      }
    }
    for (const topic of members) counts.set(topic, count);
  }
}

function copartitionGroups(subtopology: Subtopology): Set<string>[] {
  return subtopology.copartitionGroups.map(
    ({ sourceTopics, repartitionSourceTopics }) =>
      new Set(
        [
          ...sourceTopics.map((index) => subtopology.sourceTopics[index]),
          ...repartitionSourceTopics.map((index) => subtopology.repartitionSourceTopics[index]?.name),
        ].filter((name) => name !== undefined),
      ),
  );
}

function unequal(topics: readonly string[], countOf: (topic: string) => number): TopologyProblem {
  const listed = [...topics].sort().map((topic) => `${topic}=${countOf(topic)}`);
  return new TopologyProblem(
    'incorrectlyPartitionedTopics',
    `Following topics do not have the same number of partitions: [{${listed.join(', ')}}]`,
  );
}

function invalid(message: string): KafkaError {
  return new KafkaError('STREAMS_INVALID_TOPOLOGY', message);
}
