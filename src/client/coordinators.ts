// Who coordinates a group, a transactional id or a share group, as last heard.

import { findCoordinator } from '../protocol/index.ts';
import type { Cluster } from './cluster.ts';
import type { BrokerNode } from './metadata.ts';
import { responseError } from './response-error.ts';

/** With the numbers of FindCoordinator. */
const COORDINATOR_TYPES = { group: 0, transaction: 1, share: 2 } as const;
export type CoordinatorType = keyof typeof COORDINATOR_TYPES;

// A tool may ask for thousands of groups; the oldest answers are dropped.
const MAX_COORDINATORS = 10_000;

export class CoordinatorCache {
  readonly #cluster: Cluster;
  readonly #nodes = new Map<string, BrokerNode>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Rejects with COORDINATOR_NOT_AVAILABLE (retriable) while there is none. */
  async find(type: CoordinatorType, key: string, signal?: AbortSignal): Promise<BrokerNode> {
    const cacheKey = `${type} ${key}`;
    const known = this.#nodes.get(cacheKey);
    if (known) return known;
    const node = await this.#ask(type, key, signal);
    if (this.#nodes.size >= MAX_COORDINATORS) this.#nodes.delete([...this.#nodes.keys()][0] ?? '');
    this.#nodes.set(cacheKey, node);
    return node;
  }

  forgetAll(): void {
    this.#nodes.clear();
  }

  async #ask(type: CoordinatorType, key: string, signal?: AbortSignal): Promise<BrokerNode> {
    const keyType = COORDINATOR_TYPES[type];
    const response = await this.#cluster.sendToAny(
      findCoordinator,
      (version) => (version >= 4 ? { keyType, coordinatorKeys: [key] } : { keyType, key }),
      { signal },
    );
    // Version 4 answers for many keys, the versions before for one.
    const answer = response.coordinators[0] ?? response;
    const error = responseError(answer.errorCode, `find the coordinator of ${type} ${key}`, answer.errorMessage);
    if (error) throw error;
    return { id: answer.nodeId, host: answer.host, port: answer.port, rack: null };
  }
}
