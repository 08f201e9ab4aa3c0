// Bugs for `mutate.ts`, each a change of one place in the source.

export interface Mutation {
  readonly file: string;
  /** There once. */
  readonly from: string;
  readonly to: string;
}

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
    from: 'this.#runs.get(keyOf(log.topicId, log.partition)) ?? []',
    to: '[...this.#runs].filter(([key]) => key.endsWith("/" + log.partition)).flatMap(([, runs]) => runs)',
  },
  'remove the journal before what it gave back is synced': {
    file: 'src/storage/local/log-directory.ts',
    from: 'await this.#durabilityLimiter.run(() => partition.makeDurable());',
    to: '',
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
};
