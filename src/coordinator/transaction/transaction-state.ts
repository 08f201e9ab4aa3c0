// The states of a transactional id, by Kafka's names and numbers, and which may follow which.

/** By the number in the log. */
export const TRANSACTION_STATES = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
  'Dead',
  'PrepareEpochFence',
] as const;

export type TransactionState = (typeof TRANSACTION_STATES)[number];

/** Names that a client may filter by; two of them are never seen here, because no transition is ever half done. */
export function isTransactionState(name: string): name is TransactionState {
  return (TRANSACTION_STATES as readonly string[]).includes(name);
}

export function mayFollow(next: TransactionState, current: TransactionState): boolean {
  return PREVIOUS_STATES[next].includes(current);
}

/** No transaction is open, and none is being ended. */
export function isIdle(state: TransactionState): boolean {
  return IDLE.includes(state);
}

/** The outcome is decided; markers are being written. */
export function isEnding(state: TransactionState): boolean {
  return state === 'PrepareCommit' || state === 'PrepareAbort';
}

const IDLE: readonly TransactionState[] = ['Empty', 'CompleteCommit', 'CompleteAbort'];

const PREVIOUS_STATES: Readonly<Record<TransactionState, readonly TransactionState[]>> = {
  Empty: IDLE,
  Ongoing: ['Ongoing', ...IDLE],
  PrepareCommit: ['Ongoing'],
  // Without a transaction too: since KIP-890 a producer may abort one whose partitions it has not heard to be added.
  PrepareAbort: ['Ongoing', ...IDLE],
  CompleteCommit: ['PrepareCommit'],
  CompleteAbort: ['PrepareAbort'],
  Dead: [],
  PrepareEpochFence: [],
};
