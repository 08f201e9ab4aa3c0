// What a client counts of its connections and requests, whoever sends them.

import type { Api } from '../../protocol/index.ts';
import type { ClientRole, Distribution, Meter, MetricSet } from './metric-set.ts';

interface RequestNames {
  readonly group: string;
  /** Of the metric that holds the time to the answer, ms. */
  readonly time?: string;
  readonly count?: string;
}

const COORDINATOR = 'consumer-coordinator-metrics';
const FETCHER = 'consumer-fetch-manager-metrics';

/** Requests of which Kafka's clients have metrics of their own, by API key. */
const REQUESTS: Readonly<Record<ClientRole, Readonly<Record<number, RequestNames>>>> = {
  producer: { 0: { group: 'producer-metrics', time: 'request-latency' } },
  consumer: {
    1: { group: FETCHER, time: 'fetch-latency', count: 'fetch' },
    8: { group: COORDINATOR, time: 'commit-latency', count: 'commit' },
    11: { group: COORDINATOR, time: 'join-time', count: 'join' },
    12: { group: COORDINATOR, time: 'heartbeat-response-time', count: 'heartbeat' },
    14: { group: COORDINATOR, time: 'sync-time', count: 'sync' },
    68: { group: COORDINATOR, time: 'heartbeat-response-time', count: 'heartbeat' },
    76: { group: COORDINATOR, time: 'heartbeat-response-time', count: 'heartbeat' },
  },
  'admin-client': {},
};

interface OfRequest {
  readonly time: Distribution | undefined;
  readonly count: Meter | undefined;
}

export class ConnectionMetrics {
  readonly #creations: Meter;
  readonly #closes: Meter;
  readonly #requests: Meter;
  readonly #responses: Meter;
  readonly #outgoingBytes: Meter;
  readonly #incomingBytes: Meter;
  readonly #requestSize: Distribution;
  /** By API key; those of one name are the same. */
  readonly #ofRequests = new Map<number, OfRequest>();
  #open = 0;

  constructor(metrics: MetricSet) {
    this.#creations = metrics.meter('connection-creation');
    this.#closes = metrics.meter('connection-close');
    metrics.gauge('connection-count', () => this.#open);
    this.#requests = metrics.meter('request');
    this.#responses = metrics.meter('response');
    this.#outgoingBytes = metrics.meter('outgoing-byte');
    this.#incomingBytes = metrics.meter('incoming-byte');
    this.#requestSize = metrics.distribution('request-size');
    const byName = new Map<string, OfRequest>();
    for (const [key, { group, time, count }] of Object.entries(REQUESTS[metrics.role])) {
      const ofRequest = byName.get(`${time} ${count}`) ?? {
        time: time === undefined ? undefined : metrics.distribution(time, { group }),
        count: count === undefined ? undefined : metrics.meter(count, { group }),
      };
      byName.set(`${time} ${count}`, ofRequest);
      this.#ofRequests.set(Number(key), ofRequest);
    }
  }

  opened(): void {
    this.#open++;
    this.#creations.record(1);
  }

  closed(): void {
    this.#open--;
    this.#closes.record(1);
  }

  sent(bytes: number): void {
    this.#requests.record(1);
    this.#outgoingBytes.record(bytes);
    this.#requestSize.record(bytes);
  }

  answered(api: Api, bytes: number, afterMs: number): void {
    this.#responses.record(1);
    this.#incomingBytes.record(bytes);
    const ofRequest = this.#ofRequests.get(api.key);
    ofRequest?.time?.record(afterMs);
    ofRequest?.count?.record(1);
  }
}
