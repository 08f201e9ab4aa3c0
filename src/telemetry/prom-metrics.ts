// Metrics that are read: kept by prom-client, which is loaded only now.

import type * as PromClient from 'prom-client';
import { BoundedSeries } from './bounded-series.ts';
import type { Counter, ForeignSample, MetricDefinition, Metrics, Sample, Summary } from './metrics.ts';

export interface ReadableMetrics extends Metrics {
  /** Everything in Prometheus' text format. */
  text(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** The same as data. */
  families(): Promise<MetricFamily[]>;
}

export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'summary' | 'histogram';
  /** Of a summary: its quantiles, and under names of their own its sum and its count. */
  readonly values: readonly {
    readonly name: string;
    readonly labels: Readonly<Record<string, string | number>>;
    readonly value: number;
  }[];
}

const MAX_SERIES = 1000;
/** More metrics of clients than this are not shown in one answer. */
const MAX_FOREIGN_SAMPLES = 100_000;
const PERCENTILES = [0.5, 0.75, 0.95, 0.99, 0.999];
const SUMMARY_SECONDS = 60;
const SUMMARY_BUCKETS = 3;

/** Also measures the process: memory, CPU, event loop, garbage collection. */
export async function createPromMetrics(): Promise<ReadableMetrics> {
  const prom = await import('prom-client');
  const { Registry, Counter: PromCounter, Gauge, Summary: PromSummary, collectDefaultMetrics } = prom.default;
  const registry = new Registry();
  const foreignSources: (() => Iterable<ForeignSample>)[] = [];
  collectDefaultMetrics({ register: registry });

  return {
    isRead: true,

    counter<L extends string>(definition: MetricDefinition<L>): Counter<L> {
      const counter = new PromCounter<L>({ ...shape(definition), registers: [registry] });
      const series = seriesOf(definition, counter);
      return {
        add(labels, value) {
          series.use(labels);
          counter.inc(labels, value);
        },
      };
    },

    summary<L extends string>(definition: MetricDefinition<L>): Summary<L> {
      const summary = new PromSummary<L>({
        ...shape(definition),
        percentiles: PERCENTILES,
        maxAgeSeconds: SUMMARY_SECONDS,
        ageBuckets: SUMMARY_BUCKETS,
        registers: [registry],
      });
      const series = seriesOf(definition, summary);
      return {
        observe(labels, value) {
          series.use(labels);
          summary.observe(labels, value);
        },
      };
    },

    gauge<L extends string>(definition: MetricDefinition<L>, read: () => Iterable<Sample<L>>): void {
      new Gauge<L>({
        ...shape(definition),
        registers: [registry],
        collect() {
          this.reset();
          for (const { labels, value } of read()) this.set(labels, value);
        },
      });
    },

    foreign(read) {
      foreignSources.push(read);
    },

    async text() {
      const texts = [await registry.metrics(), await foreignRegistry().metrics()];
      return { contentType: registry.contentType, text: texts.filter((text) => text.trim() !== '').join('') };
    },

    async families() {
      const families = [...(await registry.getMetricsAsJSON()), ...(await foreignRegistry().getMetricsAsJSON())];
      return families.map(asFamily);
    },
  };

  function foreignRegistry(): PromClient.Registry {
    const foreign = new Registry();
    const help = 'Pushed by a client (KIP-714).';
    for (const [name, samples] of foreignSamples(foreignSources)) {
      const labelNames = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))];
      const gauge = new Gauge({ name, help, labelNames, registers: [foreign] });
      for (const { labels, value } of samples) gauge.set(labels, value);
    }
    return foreign;
  }
}

function foreignSamples(sources: readonly (() => Iterable<ForeignSample>)[]): Map<string, ForeignSample[]> {
  const byName = new Map<string, ForeignSample[]>();
  let count = 0;
  for (const read of sources) {
    for (const sample of read()) {
      if (++count > MAX_FOREIGN_SAMPLES) return byName;
      const samples = byName.get(sample.name);
      if (samples === undefined) byName.set(sample.name, [sample]);
      else samples.push(sample);
    }
  }
  return byName;
}

function shape<L extends string>({ name, help, labels = [] }: MetricDefinition<L>) {
  return { name, help, labelNames: [...labels] };
}

function seriesOf<L extends string>(
  { labels = [], maxSeries = MAX_SERIES }: MetricDefinition<L>,
  metric: Pick<PromClient.Counter<L>, 'remove'>,
): BoundedSeries<L> {
  return new BoundedSeries(labels, maxSeries, (forgotten) => metric.remove(forgotten));
}

/** The types of prom-client leave out what the values of a summary are named. */
function asFamily(family: PromClient.MetricObjectWithValues<PromClient.MetricValue<string>>): MetricFamily {
  const { name, help, values } = family;
  const type = family.type as unknown as MetricFamily['type'];
  return {
    name,
    help,
    type,
    values: values.map(({ labels, value, ...rest }) => ({
      name: (rest as { metricName?: string }).metricName ?? name,
      labels: labels as Readonly<Record<string, string | number>>,
      value,
    })),
  };
}
