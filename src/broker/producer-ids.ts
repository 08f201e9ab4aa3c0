// Gives out producer ids, one by one, from blocks that the metadata log reserves: an id is never given out twice, whatever crashes.

import type { ProducerIdBlock } from '../metadata/index.ts';

export class ProducerIds {
  readonly #allocateBlock: () => Promise<ProducerIdBlock>;
  #next = 0n;
  #end = 0n;
  #allocation: Promise<void> | undefined;

  constructor(allocateBlock: () => Promise<ProducerIdBlock>) {
    this.#allocateBlock = allocateBlock;
  }

  async next(): Promise<bigint> {
    while (this.#next === this.#end) {
      this.#allocation ??= this.#allocate().finally(() => {
        this.#allocation = undefined;
      });
      await this.#allocation;
    }
    return this.#next++;
  }

  async #allocate(): Promise<void> {
    const { firstProducerId, size } = await this.#allocateBlock();
    this.#next = firstProducerId;
    this.#end = firstProducerId + BigInt(size);
  }
}
