// `Admin`: all administrative calls over one cluster. Each is a function of its own file; they come by families, each of which stands on the one before:
// topics, transactions, groups, access, the cluster.

import type { ClientMetric } from '../metrics/metric-set.ts';
import { ClusterCalls } from './cluster-calls.ts';

/**
 * Administers a cluster. A call about several items answers for each on its own: an item that failed has an `error`, and its `retriable` tells whether the
 * same may succeed later. What another broker or another moment heals (a controller that moved, a coordinator that loads, a lost connection) is tried again
 * within the call, for `timeoutMs`. A call rejects when it could not be made at all: with `TimeoutError` when that time was over, its last failure as `cause`,
 * with `KafkaError` when the cluster refused the whole call, with `AuthenticationError`, and with the reason of its `signal`.
 *
 * @example
 * await using admin = new Admin({ bootstrapServers: '127.0.0.1:9092' });
 * await admin.createTopics([{ name: 'refunds', numPartitions: 3 }]);
 */
export class Admin extends ClusterCalls implements AsyncDisposable {
  /** What this client has counted and measured, by the names of Apache Kafka's: `request-rate`, `connection-count` and so on. */
  metrics(): ClientMetric[] {
    return this.cluster.metrics.snapshot();
  }

  /** Closes all connections; calls under way reject. Closing twice is harmless. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster[Symbol.asyncDispose]();
  }
}
