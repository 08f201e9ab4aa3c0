// The controllers of a cluster: DescribeQuorum (KIP-595), AddRaftVoter and RemoveRaftVoter (KIP-853); and brokers that will not come back:
// UnregisterBroker (KIP-631).

import {
  addRaftVoter as addApi,
  describeQuorum as describeApi,
  removeRaftVoter as removeApi,
  unregisterBroker as unregisterApi,
} from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { answered, throwResponseError } from './response-error.ts';

const METADATA_TOPIC = '__cluster_metadata';

/** How far a controller or a broker is in the metadata log. */
export interface QuorumReplica {
  readonly replicaId: number;
  /** -1 where it is not known. */
  readonly logEndOffset: bigint;
  /** ms since 1970; -1 where it is not known. */
  readonly lastFetchTimestamp: bigint;
  /** When it had last everything that the leader has, ms since 1970; -1 where it is not known. */
  readonly lastCaughtUpTimestamp: bigint;
}

/** Where a controller can be reached. */
export interface QuorumNode {
  readonly nodeId: number;
  readonly listeners: readonly VoterListener[];
}

/** The controllers, and how far each of them is. */
export interface MetadataQuorum {
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly highWatermark: bigint;
  readonly voters: readonly QuorumReplica[];
  readonly observers: readonly QuorumReplica[];
  readonly nodes: readonly QuorumNode[];
}

/** An address of a controller. */
export interface VoterListener {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** A controller that votes. */
export interface RaftVoter {
  readonly nodeId: number;
  /** The `directory.id` of its metadata log. */
  readonly directoryId: string;
}

/** A controller that is to vote, and where to reach it. */
export interface NewRaftVoter extends RaftVoter {
  readonly listeners: readonly VoterListener[];
}

/** Of which cluster a controller is. */
export interface RaftVoterOptions extends RetryScope {
  /** The cluster that is meant; another one refuses. Default: whichever is asked. */
  readonly clusterId?: string | undefined;
}

export function describeMetadataQuorum(cluster: Cluster, options: RetryScope = {}): Promise<MetadataQuorum> {
  const what = 'describe the quorum of controllers';
  const request = { topics: [{ topicName: METADATA_TOPIC, partitions: [{ partitionIndex: 0 }] }] };
  return cluster.retry(what, options, async () => {
    const response = await cluster.sendToAny(describeApi, request, { signal: options.signal });
    throwResponseError(response.errorCode, what, response.errorMessage);
    const quorum = answered(response.topics[0]?.partitions[0], what);
    throwResponseError(quorum.errorCode, what, quorum.errorMessage);
    const { leaderId, leaderEpoch, highWatermark, currentVoters, observers } = quorum;
    return { leaderId, leaderEpoch, highWatermark, voters: currentVoters, observers, nodes: response.nodes };
  });
}

export function addRaftVoter(cluster: Cluster, voter: NewRaftVoter, options: RaftVoterOptions = {}): Promise<void> {
  const what = `add controller ${voter.nodeId}`;
  return cluster.retry(what, options, async (remainingMs) => {
    const request = {
      clusterId: options.clusterId ?? null,
      timeoutMs: Math.ceil(remainingMs),
      voterId: voter.nodeId,
      voterDirectoryId: voter.directoryId,
      listeners: voter.listeners.map((listener) => ({ ...listener })),
    };
    const response = await cluster.sendToAny(addApi, request, { signal: options.signal });
    throwResponseError(response.errorCode, what, response.errorMessage);
  });
}

export function removeRaftVoter(cluster: Cluster, voter: RaftVoter, options: RaftVoterOptions = {}): Promise<void> {
  const what = `remove controller ${voter.nodeId}`;
  const request = {
    clusterId: options.clusterId ?? null,
    voterId: voter.nodeId,
    voterDirectoryId: voter.directoryId,
  };
  return cluster.retry(what, options, async () => {
    const response = await cluster.sendToAny(removeApi, request, { signal: options.signal });
    throwResponseError(response.errorCode, what, response.errorMessage);
  });
}

/** Forgets a broker that is stopped for good. Rejects with BROKER_ID_NOT_REGISTERED when there is none of this id. */
export function unregisterBroker(cluster: Cluster, brokerId: number, options: RetryScope = {}): Promise<void> {
  const what = `unregister broker ${brokerId}`;
  return cluster.retry(what, options, async () => {
    const response = await cluster.sendToController(unregisterApi, { brokerId }, { signal: options.signal });
    throwResponseError(response.errorCode, what, response.errorMessage);
  });
}
