// What the clients of a run have in common: how they reach the broker, and how they are told apart from the world's own errors.

import {
  Admin,
  type ClientOptions,
  Consumer,
  type ConsumerOptions,
  Producer,
  type ProducerOptions,
  ShareConsumer,
  type ShareConsumerOptions,
} from '../client/index.ts';
import { type Clock, type Network, type Random, SeededRandom } from '../platform/index.ts';
import type { Api, RequestInput, ResponseOf } from '../protocol/index.ts';
import { askBroker } from './ask-broker.ts';
import { BROKER_ADDRESS } from './simulated-broker.ts';

/** Longer than all faults of a run together. */
export const PATIENCE_MS = 900_000;

export class Clients {
  readonly clock: Clock;
  readonly #network: Network;
  readonly #random: Random;

  constructor(clock: Clock, network: Network, random: Random) {
    this.clock = clock;
    this.#network = network;
    this.#random = random;
  }

  admin(): Admin {
    return new Admin(this.#options('admin'));
  }

  producer(name: string, options: Partial<ProducerOptions>): Producer {
    const times = { deliveryTimeoutMs: PATIENCE_MS, maxBlockMs: PATIENCE_MS };
    return new Producer({ ...this.#options(name), ...times, ...options });
  }

  consumer(name: string, options: Partial<ConsumerOptions>): Consumer {
    return new Consumer({ ...this.#options(name), autoOffsetReset: 'earliest', ...options });
  }

  /** A client with a process of its own, which may be lost. */
  shareConsumer(
    name: string,
    process: { readonly clock: Clock; readonly network: Network },
    options: Pick<ShareConsumerOptions, 'groupId'> & Partial<ShareConsumerOptions>,
  ): ShareConsumer {
    const random = new SeededRandom(this.#random.integer(2 ** 32));
    return new ShareConsumer({ ...this.#options(name), platform: { ...process, random }, ...options });
  }

  /** What no client of ours says. Rejects where there is no answer. */
  ask<A extends Api>(api: A, version: number, request: RequestInput<A>): Promise<ResponseOf<A>> {
    const [host = '', port] = BROKER_ADDRESS.split(':');
    const broker = { network: this.#network, clock: this.clock, address: { host, port: Number(port) } };
    return askBroker(broker, api, version, request);
  }

  #options(clientId: string): ClientOptions {
    return {
      bootstrapServers: BROKER_ADDRESS,
      platform: { clock: this.clock, network: this.#network, random: new SeededRandom(this.#random.integer(2 ** 32)) },
      clientId,
      requestTimeoutMs: 3000,
      connectTimeoutMs: 1000,
      apiTimeoutMs: PATIENCE_MS,
      metadataMaxAgeMs: 10_000,
      retryBackoffMs: 20,
      retryBackoffMaxMs: 200,
    };
  }
}
