// Where Millrace is known to answer an admin client otherwise than Apache Kafka, and why.

import { OWN_SETTINGS } from '../support/own-settings.ts';
import type { KnownDifference } from '../tools/differences.ts';

const OF_BROKER = /^describeConfigs ConfigResource\(type=BROKER, name='1'\)( # \d+)?$/;

export const JAVA_DIFFERENCES: readonly KnownDifference[] = [
  {
    command: OF_BROKER,
    missing: /^ {2}(controller\.listener\.names|controller\.quorum\.bootstrap\.servers|process\.roles)=/,
    extra: /^ {2}(controller\.listener\.names|controller\.quorum\.bootstrap\.servers|process\.roles)=(null)? /,
    reason: 'Apache Kafka cannot start without settings for its controllers, which Millrace does not have',
  },
  {
    command: OF_BROKER,
    missing: /^ {2}(listeners|listener\.security\.protocol\.map)=.*CONTROLLER/,
    extra: /^ {2}(listeners|listener\.security\.protocol\.map)=.* read-only /,
    reason: 'Apache Kafka has a listener for its controller, and may change listeners while it runs',
  },
  {
    command: OF_BROKER,
    extra: new RegExp(`^ {2}(${OWN_SETTINGS.map((name) => name.replaceAll('.', '\\.')).join('|')})=`),
    reason: "settings of Millrace's own",
  },
  {
    command: /^addRaftVoter$/,
    missing: /^TimeoutException: /,
    extra: /^TimeoutException: /,
    reason: 'Millrace never asks another node for its versions; both find that the voter does not answer',
  },
  {
    command: /^(describeConfigs of a missing topic|deleteTopics again)$/,
    missing: /^UnknownTopicOrPartitionException:/,
    extra: /^UnknownTopicOrPartitionException: /,
    reason: "the same error in words of Millrace's own",
  },
  {
    command: /^electLeaders$/,
    missing: /ElectionNotNeededException: Leader election not needed/,
    extra: /ElectionNotNeededException: The partition needs no election/,
    reason: "the same error in words of Millrace's own",
  },
  {
    command: /^alterPartitionReassignments cancel$/,
    missing: /^NoReassignmentInProgressException: /,
    extra: /^NoReassignmentInProgressException: /,
    reason: "the same error in words of Millrace's own",
  },
];

export const KAFKA_PYTHON_DIFFERENCES: readonly KnownDifference[] = [
  {
    command: /^describe_metadata_quorum$/,
    missing: /'name': 'CONTROLLER', 'port': \d+/,
    extra: /'name': 'PLAINTEXT', 'port': PORT/,
    reason: 'the only voter is the broker itself, which has no listener for controllers',
  },
  {
    command: /^delete_topics again$/,
    missing: /^UnknownTopicOrPartitionError: .*does not host/,
    extra: /^UnknownTopicOrPartitionError: .*There is no such topic/,
    reason: "the same error in words of Millrace's own",
  },
];

export const CONFLUENT_DIFFERENCES: readonly KnownDifference[] = [
  {
    command: /^elect_leaders$/,
    missing: /ELECTION_NOT_NEEDED,val=84,str="Leader election not needed/,
    extra: /ELECTION_NOT_NEEDED,val=84,str="The partition needs no election/,
    reason: "the same error in words of Millrace's own",
  },
];
