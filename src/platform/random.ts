// Chance as a contract: ids, jitter and choices come from here, so that a seed can repeat a run.

export interface Random {
  /** `length` random bytes. */
  bytes(length: number): Buffer;
  /** A whole number in [0, bound). */
  integer(bound: number): number;
}
