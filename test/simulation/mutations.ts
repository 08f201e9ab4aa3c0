// Bugs for `mutate.ts`, each a change of one place in the source.

import type { Swarm } from '../../src/simulation/index.ts';

export interface Mutation {
  readonly file: string;
  /** There once. */
  readonly from: string;
  readonly to: string;
  /** Where few runs have what the bug needs. */
  readonly swarm?: Partial<Swarm>;
}

/** Members of a streams group come and go, and little else happens. */
const STREAMS: Partial<Swarm> = {
  ...{ streamsMembers: 4, streamsLives: 40, recordsPerProducer: 10, commits: 0, adminActions: 0, transactions: 0 },
  ...{ overwrites: 0, copiedRecords: 0, shareGroups: 0, groupMembers: 0, rots: false },
};

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'acknowledge before the journal is synced': {
    file: 'src/storage/local/journal/journal.ts',
    from: 'await file.file.sync();\n    file.usedBytes',
    to: 'file.usedBytes',
  },
  'use a file of the journal again before its segments are synced': {
    file: 'src/storage/local/journal/journal.ts',
    from: 'if (!owner.isInSegments(endOffset)) return;',
    to: '',
  },
  'replay what another topic had in the journal': {
    file: 'src/storage/local/journal/recovered-journal.ts',
    from: 'this.#runs.get(keyOf(log.topicId, log.partition))?',
    to: '[...this.#runs].filter(([key]) => key.endsWith("/" + log.partition)).flatMap(([, runs]) => runs)',
  },
  'remove the journal before what it gave back is synced': {
    file: 'src/storage/local/log-directory.ts',
    from: 'await this.#durabilityLimiter.run(() => partition.makeDurable());',
    to: '',
    swarm: { shareGroups: 0, copiedRecords: 0, groupMembers: 0 },
  },
  'remove the newest value of a key with the others': {
    file: 'src/log/cleaner/clean-log.ts',
    from: 'return offset >= map.get(',
    to: 'return offset > map.get(',
  },
  'do not tell read_committed readers what was aborted': {
    file: 'src/storage/local/read-log.ts',
    from: 'return endOffset === undefined ? NO_ABORTED : log.abortedTransactions(offset, endOffset);',
    to: 'return NO_ABORTED;',
  },
  'compact segments whose batches wait behind the journal': {
    file: 'src/log/cleaner/cleanable-range.ts',
    from: 'const limit = lastStableOffset < log.writtenEndOffset ? lastStableOffset : log.writtenEndOffset;',
    to: 'const limit = lastStableOffset;',
    swarm: { overwrites: 60 },
  },
  'serve what a crash left in memory only': {
    file: 'src/storage/local/partition.ts',
    from: 'if (log.unflushedMessages === 0n) return;',
    to: 'return;',
    swarm: { overwrites: 60, powerCutPercent: 50 },
  },
  'trust a sync to write what an earlier process failed to sync': {
    file: 'src/log/segment.ts',
    from: 'if (this.#distrusted !== undefined) await this.#rewrite(this.#distrusted);',
    to: '',
    swarm: { failsSync: true, trustsFailedDisk: true, powerCutPercent: 50 },
  },
  'go by the time of files where records have their own': {
    file: 'src/log/retention.ts',
    from: 'return timestamp >= 0n ? Number(timestamp) : ((await segment.modifiedMs()) ?? nowMs);',
    to: 'return timestamp >= 0n ? ((await segment.modifiedMs()) ?? nowMs) : nowMs;',
    swarm: { retentionMs: 100 },
  },
  'give out batches without a look at their checksums': {
    file: 'src/log/segment-read.ts',
    from: 'orCorrupt(path, position, () => validateBatch(bytes, at));',
    to: '',
    swarm: { rots: true },
  },
  'tell a member that a record is accepted before that is written down': {
    file: 'src/broker/share/share-partition.ts',
    from: 'await this.#write(window, transition.stateBatches);',
    to: 'this.#write(window, transition.stateBatches).catch(() => {});',
    swarm: { shareGroups: 2 },
  },
  'give out records more often than the limit': {
    file: 'src/broker/share/record-window.ts',
    from: "state === 'available' && deliveryCount >= limit ?",
    to: "state === 'available' && deliveryCount > limit ?",
    swarm: { shareGroups: 2 },
  },
  'give a member what another one has': {
    file: 'src/broker/share/record-window.ts',
    from: "return state === 'available' && pending === undefined;",
    to: "return (state === 'available' || state === 'acquired') && pending === undefined;",
    swarm: { shareGroups: 2 },
  },
  'take released records for done': {
    file: 'src/broker/share/acknowledge-records.ts',
    from: "return type === ACKNOWLEDGE_TYPE.release ? 'available' : 'archived';",
    to: "return 'archived';",
    swarm: { shareGroups: 2 },
  },
  'do not give out again what was given back': {
    file: 'src/broker/share/record-window.ts',
    from: "if (state === 'available') this.#mayHaveAvailable = true;",
    to: '',
    swarm: { shareGroups: 2 },
  },
  'give a task to one member before another has given it up': {
    file: 'src/coordinator/group/streams/task-owners.ts',
    from: 'return this.#active.has(keyOf(subtopologyId, partition));',
    to: 'return false;',
    swarm: STREAMS,
  },
  'let a member that is lost keep its tasks': {
    file: 'src/coordinator/group/streams/streams-timers.ts',
    from: "end(context, groupId, memberId, 'its session timed out'),",
    to: 'NOTHING,',
    swarm: STREAMS,
  },
  'do not tell a member its tasks again when the answer was lost': {
    file: 'src/coordinator/group/streams/heartbeat.ts',
    from: 'areOther || (owned !== undefined && !sameTasks(owned, after.assigned));',
    to: 'areOther;',
    swarm: { ...STREAMS, streamsLives: 0, cutsNetwork: true, crashes: 4 },
  },
};
