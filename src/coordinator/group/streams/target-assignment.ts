// The target assignment of a streams group: who is to have which tasks, computed anew for a new epoch of the group.

import { streamsGroup } from '../find-group.ts';
import type { GroupContext, GroupResult } from '../group-context.ts';
import type { ConfiguredTopology } from './configure-topology.ts';
import { assignSticky } from './sticky-task-assignor.ts';
import { draftStreamsGroup, type StreamsDraft } from './streams-draft.ts';
import { targetMemberRecord, targetRecord } from './streams-record.ts';
import { NO_TASKS, sameTasks } from './tasks.ts';

/** As it stands among the settings of an assignment. */
export const STANDBY_REPLICAS = 'num.standby.replicas';

/** For the group's epoch. While topics are missing, nobody is to have tasks. */
export function assignTasks(draft: StreamsDraft, configured: ConfiguredTopology): void {
  const { context, group } = draft;
  const { groupId, groupEpoch } = group;
  const assignments =
    configured.problem !== undefined
      ? undefined
      : assignSticky({
          members: Array.from(group.members, ({ memberId, processId }) => ({
            memberId,
            processId,
            tasks: group.target(memberId),
          })),
          subtopologies: configured.subtopologies.map(({ subtopologyId, taskCount, stateChangelogTopics }) => ({
            subtopologyId,
            taskCount,
            isStateful: stateChangelogTopics.length > 0,
          })),
          standbyReplicas: Number(group.assignmentConfigs.get(STANDBY_REPLICAS) ?? 0),
        });
  for (const { memberId } of [...group.members]) {
    const tasks = assignments?.get(memberId) ?? NO_TASKS;
    if (!group.hasTarget(memberId) || !sameTasks(tasks, group.target(memberId)))
      draft.write(targetMemberRecord(groupId, memberId, tasks));
  }
  draft.write(targetRecord(groupId, groupEpoch, BigInt(context.clock.now())));
  context.logger.info({ groupId, groupEpoch }, 'computed a new target assignment of tasks');
}

/** When the delay for a new group is over. */
export function assignAfterDelay(context: GroupContext, groupId: string): GroupResult<undefined> {
  const group = streamsGroup(context, groupId);
  const configured = group?.configuredTopology;
  const isPointless = group === undefined || group.isEmpty || group.assignmentEpoch >= group.groupEpoch;
  if (isPointless || configured === undefined) return { records: [], response: undefined };
  const draft = draftStreamsGroup(context, group);
  assignTasks(draft, configured);
  return draft.finish(undefined);
}
