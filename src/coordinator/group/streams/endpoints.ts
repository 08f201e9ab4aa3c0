// Which partitions can be asked for at the endpoints of a streams group's members (interactive queries).

import type { StreamsGroupHeartbeatResponse } from '../../../protocol/index.ts';
import type { GroupTopics } from '../consumer/group-topics.ts';
import type { ConfiguredTopology } from './configure-topology.ts';
import type { StreamsMember } from './streams-member.ts';
import { listTasks } from './tasks.ts';
import { inputTopics } from './topology.ts';

type Endpoint = NonNullable<StreamsGroupHeartbeatResponse['partitionsByUserEndpoint']>[number];
type TasksOfMember = Parameters<typeof listTasks>[0];

/** Members without an endpoint are left out. */
export function endpointsOf(
  members: Iterable<StreamsMember>,
  configured: ConfiguredTopology,
  topics: GroupTopics,
): Endpoint[] {
  const endpoints: Endpoint[] = [];
  for (const { userEndpoint, assigned } of members) {
    if (userEndpoint === null) continue;
    endpoints.push({
      userEndpoint,
      activePartitions: partitionsOf(assigned.active, configured, topics),
      standbyPartitions: partitionsOf(assigned.standby, configured, topics),
    });
  }
  return endpoints;
}

function partitionsOf(tasks: TasksOfMember, { subtopologies }: ConfiguredTopology, topics: GroupTopics) {
  return listTasks(tasks).flatMap(({ subtopologyId, partitions }) => {
    const subtopology = subtopologies.find((candidate) => candidate.subtopologyId === subtopologyId);
    if (subtopology === undefined) return [];
    return [...new Set(inputTopics(subtopology))].map((topic) => ({
      topic,
      // A topic with fewer partitions than the others of its subtopology.
      partitions: partitions.filter((partition) => partition < (topics.byName(topic)?.partitionCount ?? 0)),
    }));
  });
}
