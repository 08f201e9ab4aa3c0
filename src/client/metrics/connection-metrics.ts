// What a client counts of its connections and requests, whoever sends them.

import type { Clock } from '../../platform/index.ts';
import type { Api } from '../../protocol/index.ts';
import type { ClientRole, Distribution, Meter, MetricSet } from './metric-set.ts';

interface RequestNames {
  readonly group: string;
  /** Of the metric that holds the time to the answer, ms. */
  readonly time?: string;
  readonly count?: string;
  /** Of the metric that holds the seconds since the last answer, -1 before the first. */
  readonly age?: string;
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
    12: { group: COORDINATOR, time: 'heartbeat-response-time', count: 'heartbeat', age: 'last-heartbeat' },
    14: { group: COORDINATOR, time: 'sync-time', count: 'sync' },
    68: { group: COORDINATOR, time: 'heartbeat-response-time', count: 'heartbeat', age: 'last-heartbeat' },
  },
  'share-consumer': {
    76: {
      group: 'consumer-share-coordinator-metrics',
      time: 'heartbeat-response-time',
      count: 'heartbeat',
      age: 'last-heartbeat',
    },
    78: { group: 'consumer-share-fetch-manager-metrics', time: 'fetch-latency', count: 'fetch' },
  },
  'admin-client': {},
};

interface OfRequest {
  readonly time: Distribution | undefined;
  readonly count: Meter | undefined;
  /** ms by the monotonic clock; undefined before the first. */
  lastAnswerMs: number | undefined;
}

export class ConnectionMetrics {
  readonly #creations: Meter;
  readonly #closes: Meter;
  readonly #requests: Meter;
  readonly #responses: Meter;
  readonly #outgoingBytes: Meter;
  readonly #incomingBytes: Meter;
  readonly #requestSize: Distribution;
  readonly #messages: Meter;
  readonly #logins: Meter;
  readonly #failedLogins: Meter;
  readonly #renewals: Meter;
  readonly #failedRenewals: Meter;
  readonly #renewalTime: Distribution;
  /** By API key; those of one name are the same. */
  readonly #ofRequests = new Map<number, OfRequest>();
  readonly #clock: Clock;
  #open = 0;

  constructor(metrics: MetricSet, clock: Clock) {
    this.#clock = clock;
    this.#creations = metrics.meter('connection-creation');
    this.#closes = metrics.meter('connection-close');
    metrics.gauge('connection-count', () => this.#open);
    this.#requests = metrics.meter('request');
    this.#responses = metrics.meter('response');
    this.#outgoingBytes = metrics.meter('outgoing-byte');
    this.#incomingBytes = metrics.meter('incoming-byte');
    this.#requestSize = metrics.distribution('request-size');
    this.#messages = metrics.meter('network-io');
    this.#logins = metrics.meter('successful-authentication');
    this.#failedLogins = metrics.meter('failed-authentication');
    this.#renewals = metrics.meter('successful-reauthentication');
    this.#failedRenewals = metrics.meter('failed-reauthentication');
    this.#renewalTime = metrics.distribution('reauthentication-latency');
    const byName = new Map<string, OfRequest>();
    for (const [key, { group, time, count, age }] of Object.entries(REQUESTS[metrics.role])) {
      const known = byName.get(`${time} ${count}`);
      const ofRequest: OfRequest = known ?? {
        time: time === undefined ? undefined : metrics.distribution(time, { group }),
        count: count === undefined ? undefined : metrics.meter(count, { group }),
        lastAnswerMs: undefined,
      };
      if (known === undefined && age !== undefined)
        metrics.gauge(`${age}-seconds-ago`, () => secondsSince(ofRequest.lastAnswerMs, clock), { group });
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
    this.#messages.record(1);
    this.#outgoingBytes.record(bytes);
    this.#requestSize.record(bytes);
  }

  answered(api: Api, bytes: number, afterMs: number): void {
    this.#responses.record(1);
    this.#messages.record(1);
    this.#incomingBytes.record(bytes);
    const ofRequest = this.#ofRequests.get(api.key);
    if (ofRequest === undefined) return;
    ofRequest.time?.record(afterMs);
    ofRequest.count?.record(1);
    ofRequest.lastAnswerMs = this.#clock.monotonic();
  }

  /** A client has proved who it is, or could not. */
  loggedIn(succeeded: boolean): void {
    (succeeded ? this.#logins : this.#failedLogins).record(1);
  }

  /** The same once more, before a session ended. */
  renewed(succeeded: boolean, afterMs: number): void {
    (succeeded ? this.#renewals : this.#failedRenewals).record(1);
    if (succeeded) this.#renewalTime.record(afterMs);
  }
}

/** Whole seconds, as Kafka's; -1 where it never happened. */
export function secondsSince(timeMs: number | undefined, clock: Clock): number {
  return timeMs === undefined ? -1 : Math.floor((clock.monotonic() - timeMs) / 1000);
}
