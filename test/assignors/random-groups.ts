// Random groups that grow, shrink and change their minds, each with what our assignors give its members: from one assignment to the next,
// so that what members had counts.

import { type AssignorMember, assignorNamed } from '../../src/coordinator/group/consumer/assignor.ts';
import { assignSticky, type TaskAssignorMember } from '../../src/coordinator/group/streams/sticky-task-assignor.ts';
import { NO_TASKS } from '../../src/coordinator/group/streams/tasks.ts';
import type { SeededRandom } from '../../src/platform/index.ts';
import { randomUuid, uuidFromBytes } from '../../src/protocol/index.ts';

/** A group as JSON, and what our assignor gives its members: the form in which Assignors.java takes the one and gives the other. */
export interface Assigned {
  readonly group: string;
  readonly assignment: string;
}

export type AssignorName = 'uniform' | 'range' | 'sticky';

type Partitions = ReadonlyMap<string, Iterable<number>>;

// Where Apache Kafka's result depends on the order of its hash maps, these names and ids are in that order: one letter from a, small numbers.
const LETTERS = 'abcdefghijklmno';
const LARGEST_TOPIC_ID = 14;

/** Assigns as often as `steps`, with a change of the group before each time. */
export function* assignPartitions(name: AssignorName, random: SeededRandom, steps: number): Generator<Assigned> {
  const isHomogeneous = random.integer(2) === 0;
  const topics = new Map<string, number>();
  let members: AssignorMember[] = [];
  const subscription = () => new Set([...topics.keys()].filter(() => isHomogeneous || random.integer(3) > 0));
  for (let step = 0; step < steps; step++) {
    const change = random.integer(5);
    if (topics.size === 0 || (change === 0 && topics.size < LARGEST_TOPIC_ID)) {
      const id = isHomogeneous ? smallUuid(topics.size + 1) : randomUuid(random);
      topics.set(id, 1 + random.integer(12));
      members = members.map((member) => ({ ...member, topicIds: subscription() }));
    }
    if (members.length === 0 || (change <= 2 && members.length < LETTERS.length)) {
      const memberId = LETTERS[random.integer(LETTERS.length)] ?? 'a';
      const instanceId = random.integer(3) === 0 ? `static-${memberId}` : null;
      if (!members.some((member) => member.memberId === memberId))
        members.push({ memberId, instanceId, topicIds: subscription(), assignment: new Map() });
    } else if (change === 3 && members.length > 1) members.splice(random.integer(members.length), 1);
    else grow(topics, random);
    const input = { members, isHomogeneous, partitionCount: (topicId: string) => topics.get(topicId) ?? 0 };
    const result = assignorNamed(name)(input);
    yield {
      group: JSON.stringify({
        assignor: name,
        isHomogeneous,
        topics: [...topics],
        members: members.map(({ memberId, instanceId, topicIds, assignment }) => ({
          ...{ memberId, instanceId, topicIds: [...topicIds] },
          assignment: lists(assignment),
        })),
      }),
      assignment: JSON.stringify(sorted(result, (assignment) => lists(assignment))),
    };
    members = members.map((member) => ({ ...member, assignment: inOrder(result.get(member.memberId) ?? new Map()) }));
  }
}

/** The same for the tasks of streams groups. */
export function* assignTasks(random: SeededRandom, steps: number): Generator<Assigned> {
  const subtopologies = Array.from({ length: 1 + random.integer(4) }, (_, index) => ({
    subtopologyId: `${index}`,
    taskCount: 1 + random.integer(10),
    isStateful: random.integer(2) === 0,
  }));
  const processes = 1 + random.integer(6);
  let members: TaskAssignorMember[] = [];
  let standbyReplicas = random.integer(3);
  for (let step = 0; step < steps; step++) {
    const change = random.integer(4);
    if (members.length === 0 || (change <= 1 && members.length < LETTERS.length)) {
      const memberId = LETTERS[random.integer(LETTERS.length)] ?? 'a';
      const processId = LETTERS[random.integer(processes)] ?? 'a';
      if (!members.some((member) => member.memberId === memberId))
        members.push({ memberId, processId, tasks: NO_TASKS });
      members.sort((one, other) => (one.memberId < other.memberId ? -1 : 1));
    } else if (change === 2 && members.length > 1) members.splice(random.integer(members.length), 1);
    else standbyReplicas = random.integer(3);
    nameProcesses(members);
    const result = assignSticky({ members, subtopologies, standbyReplicas });
    yield {
      group: JSON.stringify({
        assignor: 'sticky',
        standbyReplicas,
        subtopologies,
        members: members.map(({ memberId, processId, tasks }) => ({
          ...{ memberId, processId, active: lists(tasks.active), standby: lists(tasks.standby) },
        })),
      }),
      assignment: JSON.stringify(
        sorted(result, ({ active, standby }) => ({ active: lists(active), standby: lists(standby) })),
      ),
    };
    members = members.map((member) => ({ ...member, tasks: result.get(member.memberId) ?? NO_TASKS }));
  }
}

/** With the first letters, so that their hashes are in order in a map of any size. */
function nameProcesses(members: TaskAssignorMember[]): void {
  const names = [...new Set(members.map(({ processId }) => processId))].sort();
  for (const [index, member] of members.entries())
    members[index] = { ...member, processId: LETTERS[names.indexOf(member.processId)] ?? member.processId };
}

function grow(topics: Map<string, number>, random: SeededRandom): void {
  const [id, count] = [...topics][random.integer(topics.size)] ?? [];
  if (id !== undefined && count !== undefined) topics.set(id, count + 1 + random.integer(5));
}

function smallUuid(number: number): string {
  const bytes = Buffer.alloc(16);
  bytes[15] = number;
  return uuidFromBytes(bytes);
}

/** As the other side reads it from JSON: what is taken first from a member that has too much is a matter of order. */
function inOrder(assignment: Partitions): Map<string, Set<number>> {
  return new Map(Object.entries(lists(assignment)).map(([topicId, partitions]) => [topicId, new Set(partitions)]));
}

/** Topics or subtopologies with some partitions, both in order, as JSON takes them. */
function lists(partitions: Partitions): Record<string, number[]> {
  return sorted(partitions, (numbers) => [...numbers].sort((one, other) => one - other));
}

function sorted<V, R>(map: ReadonlyMap<string, V>, toJson: (value: V) => R): Record<string, R> {
  const names = [...map.keys()].sort();
  return Object.fromEntries(names.map((name) => [name, toJson(map.get(name) as V)]));
}
