// Metrics as OpenTelemetry's protocol sends them, in its JSON form (opentelemetry-proto 1.x, ExportMetricsServiceRequest).

import type { MetricFamily } from '../../telemetry/index.ts';

export interface OtlpTimes {
  /** Since when counters have counted, and now; milliseconds since 1970. */
  readonly startMs: number;
  readonly nowMs: number;
}

type Value = MetricFamily['values'][number];

const CUMULATIVE = 2;

/** The body of a post to `/v1/metrics`. `resource` says who sends it: `service.name` and such. */
export function otlpMetrics(
  families: readonly MetricFamily[],
  resource: Readonly<Record<string, string>>,
  { startMs, nowMs }: OtlpTimes,
): object {
  const times = { startTimeUnixNano: nanoseconds(startMs), timeUnixNano: nanoseconds(nowMs) };
  const point = ({ labels, value }: Value) => ({ ...times, attributes: attributes(labels), asDouble: value });
  const metrics = families.map(({ name, help, type, values }) => {
    const head = { name, description: help };
    switch (type) {
      case 'counter':
        return {
          ...head,
          sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints: values.map(point) },
        };
      case 'summary':
        return { ...head, summary: { dataPoints: summaryPoints(name, values).map((one) => ({ ...times, ...one })) } };
      case 'histogram':
        return {
          ...head,
          histogram: {
            aggregationTemporality: CUMULATIVE,
            dataPoints: histogramPoints(name, values).map((one) => ({ ...times, ...one })),
          },
        };
      default:
        return { ...head, gauge: { dataPoints: values.map(point) } };
    }
  });
  return {
    resourceMetrics: [
      { resource: { attributes: attributes(resource) }, scopeMetrics: [{ scope: { name: 'millrace' }, metrics }] },
    ],
  };
}

function summaryPoints(name: string, values: readonly Value[]) {
  return groups(values, 'quantile').map(({ labels, members }) => ({
    attributes: attributes(labels),
    count: String(valueNamed(members, `${name}_count`)),
    sum: valueNamed(members, `${name}_sum`),
    quantileValues: members
      .filter((member) => member.labels.quantile !== undefined)
      .map((member) => ({ quantile: Number(member.labels.quantile), value: member.value })),
  }));
}

/** Buckets of Prometheus count everything up to their bound, those of OTLP only what the one before does not. */
function histogramPoints(name: string, values: readonly Value[]) {
  return groups(values, 'le').map(({ labels, members }) => {
    const buckets = members.filter((member) => member.name === `${name}_bucket`);
    return {
      attributes: attributes(labels),
      count: String(valueNamed(members, `${name}_count`)),
      sum: valueNamed(members, `${name}_sum`),
      explicitBounds: buckets.map((bucket) => Number(bucket.labels.le)).filter(Number.isFinite),
      bucketCounts: buckets.map((bucket, index) => String(bucket.value - (buckets[index - 1]?.value ?? 0))),
    };
  });
}

/** The values that differ in nothing but the label. */
function groups(values: readonly Value[], without: string) {
  const byLabels = new Map<string, { labels: Readonly<Record<string, string | number>>; members: Value[] }>();
  for (const value of values) {
    const labels = Object.fromEntries(Object.entries(value.labels).filter(([name]) => name !== without));
    const key = JSON.stringify(Object.entries(labels).sort());
    const group = byLabels.get(key);
    if (group === undefined) byLabels.set(key, { labels, members: [value] });
    else group.members.push(value);
  }
  return [...byLabels.values()];
}

function valueNamed(members: readonly Value[], name: string): number {
  return members.find((member) => member.name === name)?.value ?? 0;
}

function attributes(labels: Readonly<Record<string, string | number>>) {
  return Object.entries(labels).map(([key, value]) => ({ key, value: { stringValue: String(value) } }));
}

function nanoseconds(milliseconds: number): string {
  return String(BigInt(Math.round(milliseconds)) * 1_000_000n);
}
