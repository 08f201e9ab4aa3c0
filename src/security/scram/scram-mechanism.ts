// The mechanisms of SCRAM that Kafka has, by the numbers that requests and records use.

export const SCRAM_MECHANISM = { sha256: 1, sha512: 2 } as const;

export interface ScramMechanism {
  /** One of `SCRAM_MECHANISM`. */
  readonly id: number;
  readonly name: 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  /** As node:crypto calls it. */
  readonly hash: 'sha256' | 'sha512';
  readonly minIterations: number;
}

export const SCRAM_MECHANISMS: ReadonlyMap<number, ScramMechanism> = new Map(
  [
    { id: SCRAM_MECHANISM.sha256, name: 'SCRAM-SHA-256', hash: 'sha256', minIterations: 4096 } as const,
    { id: SCRAM_MECHANISM.sha512, name: 'SCRAM-SHA-512', hash: 'sha512', minIterations: 4096 } as const,
  ].map((mechanism) => [mechanism.id, mechanism]),
);

/** A login costs the client as many, so Kafka sets a limit. */
export const MAX_SCRAM_ITERATIONS = 16384;
