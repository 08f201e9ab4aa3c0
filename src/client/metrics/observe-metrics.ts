// Gives a client's metrics to OpenTelemetry. Its API is described here as far as it is used, so that nobody needs it who does not have it.

import type { ClientMetric } from './metric-set.ts';
import { telemetryName } from './telemetry-points.ts';

interface Observation {
  observe(value: number, attributes?: Record<string, string>): void;
}

interface ObservableInstrument {
  addCallback(callback: (observation: Observation) => void): void;
  removeCallback(callback: (observation: Observation) => void): void;
}

/** What is needed of `Meter` in `@opentelemetry/api`. */
export interface OpenTelemetryMeter {
  createObservableGauge(name: string): ObservableInstrument;
  createObservableCounter(name: string): ObservableInstrument;
}

/** A producer, a consumer, a share consumer or an admin. */
export interface MetricSource {
  metrics(): readonly ClientMetric[];
}

/**
 * Lets OpenTelemetry read the client's metrics whenever it collects: totals as counters, all others as gauges, by the names of KIP-714. Metrics of
 * topics that come later are seen from the collection after. The function that it gives ends that.
 *
 * @example
 * const end = observeMetrics(producer, metrics.getMeter('orders'));
 */
export function observeMetrics(source: MetricSource, meter: OpenTelemetryMeter): () => void {
  const known = new Set<string>();
  const ends: (() => void)[] = [];
  const observeNew = () => {
    for (const metric of source.metrics()) {
      const name = telemetryName(metric);
      if (known.has(name)) continue;
      known.add(name);
      const instrument = metric.isTotal ? meter.createObservableCounter(name) : meter.createObservableGauge(name);
      const isFirst = known.size === 1;
      const callback = (observation: Observation) => {
        for (const each of source.metrics()) {
          if (telemetryName(each) === name && !Number.isNaN(each.value)) observation.observe(each.value, each.tags);
        }
        if (isFirst) observeNew();
      };
      instrument.addCallback(callback);
      ends.push(() => instrument.removeCallback(callback));
    }
  };
  observeNew();
  return () => {
    for (const end of ends.splice(0)) end();
  };
}
