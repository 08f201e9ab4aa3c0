// Writes metrics as brokers take them (KIP-714): OpenTelemetry's MetricsData in protobuf, of which gauges and sums with one value each are needed.

export interface OtlpPoint {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly value: number;
  /** A total that only grows, or what came to it since `startMs`; undefined for a value of the moment. */
  readonly sum?: 'cumulative' | 'delta' | undefined;
  /** Wall clock, ms. */
  readonly startMs: number;
}

/** Field numbers of opentelemetry/proto/metrics/v1/metrics.proto, resource.proto and common.proto. */
const METRICS_DATA = { resourceMetrics: 1 };
const RESOURCE_METRICS = { resource: 1, scopeMetrics: 2 };
const RESOURCE = { attributes: 1 };
const SCOPE_METRICS = { metrics: 2 };
const METRIC = { name: 1, gauge: 5, sum: 7 };
const NUMBERS = { dataPoints: 1, aggregationTemporality: 2, isMonotonic: 3 };
const DATA_POINT = { startTime: 2, time: 3, asDouble: 4, attributes: 7 };
const KEY_VALUE = { key: 1, value: 2 };
const ANY_VALUE = { string: 1 };
const TEMPORALITY = { delta: 1, cumulative: 2 };

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;

/** All points of one client at one time (wall clock, ms), with what tells the client from others. */
export function writeOtlpMetrics(
  resource: Readonly<Record<string, string>>,
  points: readonly OtlpPoint[],
  timeMs: number,
): Buffer {
  const metrics = points.map((point) => message(SCOPE_METRICS.metrics, metric(point, timeMs)));
  return message(METRICS_DATA.resourceMetrics, [
    message(RESOURCE_METRICS.resource, attributes(RESOURCE.attributes, resource)),
    message(RESOURCE_METRICS.scopeMetrics, metrics),
  ]);
}

function metric({ name, attributes: labels, value, sum, startMs }: OtlpPoint, timeMs: number): Buffer[] {
  const dataPoint = message(NUMBERS.dataPoints, [
    ...(sum === undefined ? [] : [time(DATA_POINT.startTime, startMs)]),
    time(DATA_POINT.time, timeMs),
    double(DATA_POINT.asDouble, value),
    ...attributes(DATA_POINT.attributes, labels),
  ]);
  const numbers =
    sum === undefined
      ? message(METRIC.gauge, [dataPoint])
      : message(METRIC.sum, [
          dataPoint,
          varint(NUMBERS.aggregationTemporality, TEMPORALITY[sum]),
          varint(NUMBERS.isMonotonic, 1),
        ]);
  return [text(METRIC.name, name), numbers];
}

function attributes(field: number, values: Readonly<Record<string, string>>): Buffer[] {
  return Object.entries(values).map(([key, value]) =>
    message(field, [text(KEY_VALUE.key, key), message(KEY_VALUE.value, [text(ANY_VALUE.string, value)])]),
  );
}

function message(field: number, parts: readonly Buffer[]): Buffer {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([unsigned((field << 3) | BYTES), unsigned(bytes), ...parts]);
}

function text(field: number, value: string): Buffer {
  return message(field, [Buffer.from(value)]);
}

function varint(field: number, value: number): Buffer {
  return Buffer.concat([unsigned((field << 3) | VARINT), unsigned(value)]);
}

function double(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([unsigned((field << 3) | FIXED64), bytes]);
}

function time(field: number, ms: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(Math.trunc(ms)) * 1_000_000n);
  return Buffer.concat([unsigned((field << 3) | FIXED64), bytes]);
}

function unsigned(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
