// Reads the metrics that clients push: OpenTelemetry's MetricsData in protobuf, of which clients use gauges and sums (KIP-714). The bytes are a
// stranger's, so every length is checked and everything has a limit.

export interface DataPoint {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly value: number;
  /** The value is what came since the push before, not all that there was. */
  readonly isDelta: boolean;
}

/** Field numbers of opentelemetry/proto/metrics/v1/metrics.proto and common.proto. */
const METRICS_DATA = { resourceMetrics: 1 };
const RESOURCE_METRICS = { scopeMetrics: 2 };
const SCOPE_METRICS = { metrics: 2 };
const METRIC = { name: 1, gauge: 5, sum: 7 };
const NUMBERS = { dataPoints: 1, aggregationTemporality: 2 };
const DATA_POINT = { asDouble: 4, asInt: 6, attributes: 7 };
const KEY_VALUE = { key: 1, value: 2 };
const ANY_VALUE = { string: 1, boolean: 2, integer: 3, double: 4 };
const DELTA = 1;

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

type Field =
  | { readonly number: number; readonly type: typeof VARINT; readonly value: bigint }
  | { readonly number: number; readonly type: typeof BYTES | typeof FIXED64 | typeof FIXED32; readonly bytes: Buffer };

const MAX_ATTRIBUTES = 16;
const MAX_TEXT_LENGTH = 256;
/** Fields of one push, those within others too: a kilobyte can inflate to a megabyte of empty ones, each of which costs time. */
const MAX_FIELDS = 50_000;

/** What may still be read of one push. */
interface Budget {
  fields: number;
}

/** At most `maxPoints` of them; what comes behind is left out. Throws for bytes that are no protobuf, and for more fields than any client has. */
export function readOtlpMetrics(bytes: Buffer, maxPoints: number): DataPoint[] {
  const points: DataPoint[] = [];
  const budget = { fields: MAX_FIELDS };
  for (const resource of messages(bytes, METRICS_DATA.resourceMetrics, budget)) {
    for (const scope of messages(resource, RESOURCE_METRICS.scopeMetrics, budget)) {
      for (const metric of messages(scope, SCOPE_METRICS.metrics, budget)) {
        for (const point of readMetric(metric, budget)) {
          if (points.length >= maxPoints) return points;
          points.push(point);
        }
      }
    }
  }
  return points;
}

function* readMetric(bytes: Buffer, budget: Budget): Generator<DataPoint> {
  let name = '';
  const numbers: Buffer[] = [];
  for (const field of fields(bytes, budget)) {
    if (field.type !== BYTES) continue;
    if (field.number === METRIC.name) name = text(field.bytes);
    if (field.number === METRIC.gauge || field.number === METRIC.sum) numbers.push(field.bytes);
  }
  for (const message of numbers) {
    let isDelta = false;
    for (const field of fields(message, budget)) {
      if (field.type === VARINT && field.number === NUMBERS.aggregationTemporality) {
        isDelta = field.value === BigInt(DELTA);
      }
    }
    for (const point of messages(message, NUMBERS.dataPoints, budget))
      yield { name, isDelta, ...readPoint(point, budget) };
  }
}

function readPoint(bytes: Buffer, budget: Budget): Pick<DataPoint, 'attributes' | 'value'> {
  const attributes: Record<string, string> = {};
  let count = 0;
  let value = 0;
  for (const field of fields(bytes, budget)) {
    if (field.type === FIXED64 && field.number === DATA_POINT.asDouble) value = field.bytes.readDoubleLE(0);
    if (field.type === FIXED64 && field.number === DATA_POINT.asInt) value = Number(field.bytes.readBigInt64LE(0));
    if (field.type === BYTES && field.number === DATA_POINT.attributes && ++count <= MAX_ATTRIBUTES) {
      const [key, attribute] = readKeyValue(field.bytes, budget);
      Object.defineProperty(attributes, key, { value: attribute, enumerable: true, configurable: true });
    }
  }
  return { attributes, value };
}

function readKeyValue(bytes: Buffer, budget: Budget): [key: string, value: string] {
  let key = '';
  let value = '';
  for (const field of fields(bytes, budget)) {
    if (field.type !== BYTES) continue;
    if (field.number === KEY_VALUE.key) key = text(field.bytes);
    if (field.number === KEY_VALUE.value) value = readAnyValue(field.bytes, budget);
  }
  return [key, value];
}

function readAnyValue(bytes: Buffer, budget: Budget): string {
  let value = '';
  for (const field of fields(bytes, budget)) {
    if (field.type === BYTES && field.number === ANY_VALUE.string) value = text(field.bytes);
    if (field.type === VARINT && field.number === ANY_VALUE.boolean) value = String(field.value !== 0n);
    if (field.type === VARINT && field.number === ANY_VALUE.integer) value = String(BigInt.asIntN(64, field.value));
    if (field.type === FIXED64 && field.number === ANY_VALUE.double) value = String(field.bytes.readDoubleLE(0));
  }
  return value;
}

function* messages(bytes: Buffer, number: number, budget: Budget): Generator<Buffer> {
  for (const field of fields(bytes, budget)) if (field.type === BYTES && field.number === number) yield field.bytes;
}

function* fields(bytes: Buffer, budget: Budget): Generator<Field> {
  let position = 0;
  while (position < bytes.length) {
    if (--budget.fields < 0)
      throw new RangeError(`Cannot read pushed metrics: they have more than ${MAX_FIELDS} fields`);
    const tag = varint();
    const number = Number(tag >> 3n);
    const type = Number(tag & 7n);
    if (type === VARINT) yield { number, type, value: varint() };
    else if (type === FIXED64) yield { number, type, bytes: take(8) };
    else if (type === FIXED32) yield { number, type, bytes: take(4) };
    else if (type === BYTES) yield { number, type, bytes: take(Number(varint())) };
    else throw new RangeError(`Cannot read pushed metrics: there is no wire type ${type}`);
  }

  function varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = take(1)[0] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('Cannot read pushed metrics: a number has more than 10 bytes');
  }

  function take(length: number): Buffer {
    if (length > bytes.length - position) throw new RangeError('Cannot read pushed metrics: they end too early');
    position += length;
    return bytes.subarray(position - length, position);
  }
}

function text(bytes: Buffer): string {
  return bytes.toString('utf8', 0, MAX_TEXT_LENGTH);
}
