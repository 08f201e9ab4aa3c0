// The mechanisms of SCRAM that Kafka has, by the numbers that requests and records use.

export const SCRAM_MECHANISM = { sha256: 1, sha512: 2 } as const;

export interface ScramMechanism {
  readonly name: string;
  /** As node:crypto calls it. */
  readonly hash: string;
  readonly minIterations: number;
}

export const SCRAM_MECHANISMS: ReadonlyMap<number, ScramMechanism> = new Map([
  [SCRAM_MECHANISM.sha256, { name: 'SCRAM-SHA-256', hash: 'sha256', minIterations: 4096 }],
  [SCRAM_MECHANISM.sha512, { name: 'SCRAM-SHA-512', hash: 'sha512', minIterations: 4096 }],
]);

/** A login costs the client as many, so Kafka sets a limit. */
export const MAX_SCRAM_ITERATIONS = 16384;
