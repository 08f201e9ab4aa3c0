// What every module counts and measures through. Nothing is kept unless somebody wants to read it: `noMetrics` stands in then.

/** Declared once, beside what it counts. */
export interface MetricDefinition<L extends string = never> {
  /** As Prometheus' JMX exporter names what Apache Kafka has too; `millrace_` before what is ours. The unit, or `total`, comes last. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly L[];
  /** Combinations of labels that are kept; the one not used for longest makes room. Default 1000. */
  readonly maxSeries?: number;
}

export type Labels<L extends string> = Readonly<Record<L, string>>;

export interface Counter<L extends string> {
  /** `value` is at least 0. */
  add(labels: Labels<L>, value: number): void;
}

/** Count, sum and quantiles over the last minute. */
export interface Summary<L extends string> {
  observe(labels: Labels<L>, value: number): void;
}

export interface Sample<L extends string> {
  readonly labels: Labels<L>;
  readonly value: number;
}

/** A value of a metric that is known by name only when it is read, as those that clients push. */
export interface ForeignSample extends Sample<string> {
  readonly name: string;
}

export interface Metrics {
  /** False where nobody will read what is counted, so that the counting can be left out. */
  readonly isRead: boolean;
  counter<L extends string = never>(definition: MetricDefinition<L>): Counter<L>;
  summary<L extends string = never>(definition: MetricDefinition<L>): Summary<L>;
  /** `read` is called for each scrape. */
  gauge<L extends string = never>(definition: MetricDefinition<L>, read: () => Iterable<Sample<L>>): void;
  /** Gauges whose names come with their values. */
  foreign(read: () => Iterable<ForeignSample>): void;
}

const ignore = () => {};

/** Keeps nothing. */
export const noMetrics: Metrics = {
  isRead: false,
  counter: () => ({ add: ignore }),
  summary: () => ({ observe: ignore }),
  gauge: ignore,
  foreign: ignore,
};
