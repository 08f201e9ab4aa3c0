// The control batches of KRaft: who leads from here on, and the frame around a snapshot.

import {
  encodeControlBatch,
  kraftVersionRecord,
  leaderChangeMessage,
  snapshotFooterRecord,
  snapshotHeaderRecord,
  votersRecord,
} from '../../protocol/index.ts';
import { KRAFT_VERSION } from '../controller/features.ts';

/** This node as the only voter of its own quorum. */
export interface Voter {
  readonly nodeId: number;
  /** The id of the log directory with the metadata log. */
  readonly directoryId: string;
}

export interface BatchPlace {
  readonly baseOffset: bigint;
  readonly epoch: number;
  readonly timestamp: bigint;
}

/** The first batch of an epoch. The first of all says too how the quorum works and who belongs to it. */
export function leaderChangeBatch(place: BatchPlace, voter: Voter): Buffer {
  // Kafka's tools read version 0, which knows no directories.
  const self = { voterId: voter.nodeId };
  const message = { version: 0, leaderId: voter.nodeId, voters: [self], grantingVoters: [self] };
  const value = leaderChangeMessage.codec(0).encode(message);
  const quorum = place.baseOffset === 0n ? quorumRecords(voter) : [];
  return controlBatch(place, [{ type: 'LEADER_CHANGE', value }, ...quorum]);
}

/** How many offsets `leaderChangeBatch` takes. */
export function leaderChangeRecordCount(baseOffset: bigint): number {
  return baseOffset === 0n ? 3 : 1;
}

export const SNAPSHOT_HEADER_RECORDS = 3;

/** `lastTimestamp`: of the last batch that the snapshot replaces, in milliseconds. */
export function snapshotHeaderBatch(place: BatchPlace, voter: Voter, lastTimestamp: bigint): Buffer {
  const value = snapshotHeaderRecord.codec(0).encode({ version: 0, lastContainedLogTimestamp: lastTimestamp });
  return controlBatch(place, [{ type: 'SNAPSHOT_HEADER', value }, ...quorumRecords(voter)]);
}

export function snapshotFooterBatch(place: BatchPlace): Buffer {
  const value = snapshotFooterRecord.codec(0).encode({ version: 0 });
  return controlBatch(place, [{ type: 'SNAPSHOT_FOOTER', value }]);
}

type ControlRecords = Parameters<typeof encodeControlBatch>[0]['records'];

function quorumRecords(voter: Voter): ControlRecords {
  const version = kraftVersionRecord.codec(0).encode({ version: 0, kRaftVersion: KRAFT_VERSION });
  const voters = votersRecord.codec(0).encode({
    version: 0,
    voters: [
      {
        voterId: voter.nodeId,
        voterDirectoryId: voter.directoryId,
        // No other node ever asks this one about its quorum.
        endpoints: [],
        kRaftVersionFeature: { minSupportedVersion: 0, maxSupportedVersion: KRAFT_VERSION },
      },
    ],
  });
  return [
    { type: 'KRAFT_VERSION', value: version },
    { type: 'KRAFT_VOTERS', value: voters },
  ];
}

function controlBatch({ baseOffset, epoch, timestamp }: BatchPlace, records: ControlRecords): Buffer {
  return encodeControlBatch({ baseOffset, partitionLeaderEpoch: epoch, timestamp, records });
}
