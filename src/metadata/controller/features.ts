// The features of a cluster of this release: what brokers support, and what a new cluster finalizes. The levels are Kafka 4.3's.

/** Levels that this release can work with. */
export const SUPPORTED_FEATURES: Readonly<Record<string, { readonly min: number; readonly max: number }>> = {
  'metadata.version': { min: 7, max: 30 },
  'kraft.version': { min: 0, max: 1 },
  'transaction.version': { min: 0, max: 2 },
  'group.version': { min: 0, max: 1 },
  'eligible.leader.replicas.version': { min: 0, max: 1 },
  'share.version': { min: 0, max: 1 },
  'streams.version': { min: 0, max: 1 },
};

/** What a new cluster begins with: 4.3-IV0, and of every feature the newest level. */
export const INITIAL_FEATURES: Readonly<Record<string, number>> = {
  'metadata.version': 30,
  'eligible.leader.replicas.version': 1,
  'group.version': 1,
  'share.version': 1,
  'streams.version': 1,
  'transaction.version': 2,
};

/** It belongs to the quorum's protocol, not to the metadata, and so is no record: it stands in the control records of log and snapshots. */
export const KRAFT_VERSION = 1;
