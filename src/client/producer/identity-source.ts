// Gets the producer its id and epoch from a broker (InitProducerId), and newer ones when a sequence is broken.

import { initProducerId } from '../../protocol/index.ts';
import type { Cluster } from '../cluster.ts';
import { responseError } from '../response-error.ts';
import type { ProducerIdentity } from './producer-batch.ts';

// An int16; behind it a new id is needed.
const MAX_EPOCH = 32_767;

/** Who a producer is to the brokers, and how it becomes somebody else. */
export interface Identities {
  readonly current: ProducerIdentity | undefined;
  readonly isAsking: boolean;
  /** The identity, asked for when there is none. */
  get(): Promise<ProducerIdentity>;
  /** A sequence is broken under the current identity. */
  renew(): void;
}

export class IdentitySource implements Identities {
  readonly #cluster: Cluster;
  #current: ProducerIdentity | undefined;
  #asking: Promise<ProducerIdentity> | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  get current(): ProducerIdentity | undefined {
    return this.#current;
  }

  get isAsking(): boolean {
    return this.#asking !== undefined;
  }

  /** The identity, asked for when there is none. */
  get(): Promise<ProducerIdentity> {
    if (this.#asking !== undefined) return this.#asking;
    if (this.#current) return Promise.resolve(this.#current);
    this.#asking = this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Without a transactional id the epoch is the producer's own, so the next one needs nobody's leave; a new id does. */
  renew(): void {
    const { producerId, producerEpoch } = this.#current ?? { producerId: -1n, producerEpoch: MAX_EPOCH };
    this.#current = producerEpoch < MAX_EPOCH ? { producerId, producerEpoch: producerEpoch + 1 } : undefined;
  }

  async #ask(): Promise<ProducerIdentity> {
    const identity = await this.#cluster.retry('get a producer id', {}, async () => {
      const response = await this.#cluster.sendToAny(initProducerId, {
        transactionalId: null,
        // Without a transactional id it means nothing, but must be positive for some brokers.
        transactionTimeoutMs: 0x7fffffff,
      });
      const error = responseError(response.errorCode, 'get a producer id');
      if (error) throw error;
      return { producerId: response.producerId, producerEpoch: response.producerEpoch };
    });
    this.#current = identity;
    return identity;
  }
}
