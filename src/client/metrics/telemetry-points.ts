// A client's metrics as points for a push (KIP-714): those that were asked for, by the names that Kafka's clients give them there.

import type { ClientMetric } from './metric-set.ts';
import type { OtlpPoint } from './otlp-writer.ts';

const DOMAIN = 'org.apache.kafka';
const ALL = '*';
/** Brokers know it without being told with each value. */
const LEFT_OUT = 'client-id';

/** `producer-topic-metrics` and `byte-rate` are `org.apache.kafka.producer.topic.byte.rate`. */
export function telemetryName({ group, name }: ClientMetric): string {
  return `${DOMAIN}.${dotted(group).replace('.metrics', '')}.${dotted(name)}`;
}

/** Makes points, and remembers totals for those who want to hear only what came since. Bounded by the metrics of the client. */
export class TelemetryPoints {
  readonly #sinceMs: number;
  readonly #told = new Map<string, { readonly value: number; readonly timeMs: number }>();

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** `requested`: beginnings of names, or `*` for all. Metrics that have no value now are left out. */
  take(metrics: readonly ClientMetric[], requested: readonly string[], areDeltas: boolean, nowMs: number): OtlpPoint[] {
    const points: OtlpPoint[] = [];
    for (const metric of metrics) {
      const name = telemetryName(metric);
      if (Number.isNaN(metric.value) || !isRequested(name, requested)) continue;
      const attributes = labels(metric);
      if (!metric.isTotal) points.push({ name, attributes, value: metric.value, startMs: nowMs });
      else if (areDeltas) points.push(this.#delta(name, attributes, metric.value, nowMs));
      else points.push({ name, attributes, value: metric.value, sum: 'cumulative', startMs: this.#sinceMs });
    }
    return points;
  }

  #delta(name: string, attributes: Readonly<Record<string, string>>, value: number, nowMs: number): OtlpPoint {
    const key = JSON.stringify([name, attributes]);
    const before = this.#told.get(key) ?? { value: 0, timeMs: this.#sinceMs };
    this.#told.set(key, { value, timeMs: nowMs });
    return { name, attributes, value: value - before.value, sum: 'delta', startMs: before.timeMs };
  }
}

function isRequested(name: string, requested: readonly string[]): boolean {
  return requested.some((prefix) => prefix === ALL || name.startsWith(prefix));
}

function labels({ tags }: ClientMetric): Record<string, string> {
  const kept = Object.entries(tags).filter(([key]) => key !== LEFT_OUT);
  return Object.fromEntries(kept.map(([key, value]) => [key.replaceAll('-', '_'), value]));
}

function dotted(name: string): string {
  return name.toLowerCase().replaceAll('-', '.');
}
