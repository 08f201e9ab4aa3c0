// The metrics of one client, by the names that they have in Apache Kafka's clients. Recording costs a few additions; values are made when somebody asks.

import type { Clock } from '../../platform/index.ts';
import { Samples } from './samples.ts';

/** A number that a client keeps of itself, as it is now. */
export interface ClientMetric {
  /** As Kafka's, `record-send-rate`. Rates are a second, times ms and sizes bytes unless the name says otherwise. */
  readonly name: string;
  /** As Kafka's, `producer-topic-metrics`. */
  readonly group: string;
  readonly tags: Readonly<Record<string, string>>;
  /** NaN where there is none, such as the average of nothing. */
  readonly value: number;
  /** True for what only ever grows. */
  readonly isTotal: boolean;
}

/** Which kind of client it is, as Kafka calls the groups of its metrics. */
export type ClientRole = 'producer' | 'consumer' | 'share-consumer' | 'admin-client';

export interface MetricPlace {
  /** Default: `<role>-metrics`; a share consumer's are those of a consumer. */
  readonly group?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Counts what happens: `<name>-rate` and `<name>-total`. */
export interface Meter {
  record(amount: number): void;
}

/** Adds up how long something took: `<name>-time-ns-total`. */
export interface Stopwatch {
  record(timeMs: number): void;
}

/** Remembers how large something was: `<name>-avg` and `<name>-max`. */
export interface Distribution {
  record(value: number): void;
}

/** Metrics of single topics are kept for so many; those of others count in the client's only. */
const MAX_TOPICS = 1000;

export class MetricSet {
  readonly role: ClientRole;
  readonly #clock: Clock;
  readonly #clientId: string;
  readonly #readers: (() => readonly ClientMetric[])[] = [];

  constructor(role: ClientRole, clientId: string, clock: Clock) {
    this.role = role;
    this.#clientId = clientId;
    this.#clock = clock;
  }

  /** Rates of what is rare are told by the hour, `<name>-rate-per-hour`. */
  meter(name: string, place: MetricPlace = {}, per: 'second' | 'hour' = 'second'): Meter {
    const samples = new Samples(this.#clock);
    let total = 0;
    this.#readers.push(() => [
      per === 'second'
        ? this.metric(`${name}-rate`, samples.rate, place)
        : this.metric(`${name}-rate-per-hour`, samples.rate * 3600, place),
      this.metric(`${name}-total`, total, place, true),
    ]);
    return {
      record(amount) {
        total += amount;
        samples.record(amount);
      },
    };
  }

  distribution(name: string, place: MetricPlace = {}): Distribution {
    const samples = new Samples(this.#clock);
    this.#readers.push(() => [
      this.metric(`${name}-avg`, samples.average, place),
      this.metric(`${name}-max`, samples.max, place),
    ]);
    return samples;
  }

  stopwatch(name: string, place: MetricPlace = {}): Stopwatch {
    let totalMs = 0;
    this.#readers.push(() => [this.metric(`${name}-time-ns-total`, Math.round(totalMs * 1e6), place, true)]);
    return {
      record(timeMs) {
        totalMs += timeMs;
      },
    };
  }

  gauge(name: string, read: () => number, place: MetricPlace = {}): void {
    this.#readers.push(() => [this.metric(name, read(), place)]);
  }

  /** Metrics of which it is only known when asked how many there are. */
  family(read: () => readonly ClientMetric[]): void {
    this.#readers.push(read);
  }

  /** What `make` makes for each topic, as long as there are not too many. */
  perTopic<T>(make: (tags: { readonly topic: string }) => T): (topic: string) => T | undefined {
    const made = new Map<string, T>();
    return (topic) => {
      let ofTopic = made.get(topic);
      if (ofTopic === undefined && made.size < MAX_TOPICS) {
        ofTopic = make({ topic });
        made.set(topic, ofTopic);
      }
      return ofTopic;
    };
  }

  metric(name: string, value: number, { group, tags }: MetricPlace = {}, isTotal = false): ClientMetric {
    return {
      name,
      group: group ?? `${this.role === 'share-consumer' ? 'consumer' : this.role}-metrics`,
      tags: { 'client-id': this.#clientId, ...tags },
      value,
      isTotal,
    };
  }

  /** All of them as they are now. */
  snapshot(): ClientMetric[] {
    return this.#readers.flatMap((read) => read());
  }
}
