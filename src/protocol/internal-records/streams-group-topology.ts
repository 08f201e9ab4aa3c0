// The topology of a streams group: subtopologies with their source, sink and internal topics.

import { array, int16, int32, string, struct } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

const topicConfig = struct({ key: string(), value: string() });

const topicInfo = struct({
  name: string(),
  partitions: int32(),
  replicationFactor: int16(),
  topicConfigs: array(topicConfig),
});

export const streamsGroupTopologyRecord = coordinatorRecord({
  type: 23,
  name: 'StreamsGroupTopology',
  versions: '0',
  flexibleVersions: '0+',
  key: {
    groupId: string(),
  },
  value: {
    epoch: int32(),
    subtopologies: array(
      struct({
        subtopologyId: string(),
        sourceTopics: array(string()),
        sourceTopicRegex: array(string()),
        stateChangelogTopics: array(topicInfo),
        repartitionSinkTopics: array(string()),
        repartitionSourceTopics: array(topicInfo),
        copartitionGroups: array(
          struct({
            sourceTopics: array(int16()),
            sourceTopicRegex: array(int16()),
            repartitionSourceTopics: array(int16()),
          }),
        ),
      }),
    ),
  },
});

export type StreamsGroupTopologyKey = KeyOf<typeof streamsGroupTopologyRecord>;
export type StreamsGroupTopologyValue = ValueOf<typeof streamsGroupTopologyRecord>;
