// Traces of OpenTelemetry through a topic: the context of who sends a record travels in its headers to who works on it, by the names of the semantic
// conventions for messaging. Its API is described here as far as it is used, so that nobody needs it who does not have it.

import type { RecordHeader } from '../protocol/index.ts';
import type { ConsumerRecord } from './consumer/consumer-record.ts';
import type { ProducerRecord } from './producer/producer-record.ts';
import { SOFTWARE } from './software.ts';

interface Context {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): Context;
  deleteValue(key: symbol): Context;
}

interface Span {
  setStatus(status: { code: number; message?: string }): unknown;
  end(): void;
}

interface SpanOptions {
  readonly kind: number;
  readonly attributes: Record<string, string | number>;
}

/** What is needed of `@opentelemetry/api`; all of it will do. */
export interface OpenTelemetryApi {
  readonly context: { active(): Context; with<T>(context: Context, work: () => T): T };
  readonly propagation: {
    inject(context: Context, carrier: Record<string, string>): void;
    extract(context: Context, carrier: Record<string, string>): Context;
  };
  readonly trace: {
    getTracer(name: string, version: string): { startSpan(name: string, options: SpanOptions, context: Context): Span };
    setSpan(context: Context, span: Span): Context;
  };
}

/** A record of a consumer, a share consumer or a reader of topics. */
export type TracedRecord = Pick<ConsumerRecord, 'topic' | 'partition' | 'offset' | 'headers'>;

/** The two ends of a record's way. */
export interface RecordTraces {
  /** For the option of a producer: a span for each record, within the active one; its context goes into the headers. */
  readonly addHeaders: (record: Pick<ProducerRecord, 'topic'>) => readonly RecordHeader[];
  /** Makes a handler that works on each record in a span of its own, below that of who sent it. What it throws is the span's status, and is thrown on. */
  readonly traced: <R extends TracedRecord, A extends unknown[], T>(
    work: (record: R, ...more: A) => Promise<T> | T,
  ) => (record: R, ...more: A) => Promise<T>;
}

const SPAN_KIND = { producer: 3, consumer: 4 };
const ERROR_STATUS = 2;

/**
 * Ties what works on records to what sent them, in traces of OpenTelemetry.
 *
 * @example
 * const { addHeaders, traced } = traceRecords(openTelemetry);
 * const producer = new Producer({ bootstrapServers, addHeaders });
 * await consumer.eachRecord(traced(({ value }) => bill(value)));
 */
export function traceRecords({ context, propagation, trace }: OpenTelemetryApi): RecordTraces {
  const tracer = trace.getTracer(SOFTWARE.clientSoftwareName, SOFTWARE.clientSoftwareVersion);
  const startSpan = (operation: 'create' | 'process', topic: string, kind: number, parent: Context, more = {}) => {
    const attributes = {
      'messaging.system': 'kafka',
      'messaging.operation.name': operation,
      'messaging.operation.type': operation,
      'messaging.destination.name': topic,
      ...more,
    };
    return tracer.startSpan(`${operation} ${topic}`, { kind, attributes }, parent);
  };
  return {
    addHeaders: ({ topic }) => {
      const span = startSpan('create', topic, SPAN_KIND.producer, context.active());
      const carrier: Record<string, string> = {};
      propagation.inject(trace.setSpan(context.active(), span), carrier);
      span.end();
      return Object.entries(carrier).map(([name, value]) => [name, Buffer.from(value)]);
    },
    traced:
      (work) =>
      async (record, ...more) => {
        const { topic, partition, offset, headers } = record;
        // Of two with one name the last counts: a record that was passed on has those of its way before too.
        const carrier = Object.fromEntries(headers.map(([name, value]) => [name, value?.toString() ?? '']));
        const parent = propagation.extract(context.active(), carrier);
        const span = startSpan('process', topic, SPAN_KIND.consumer, parent, {
          'messaging.destination.partition.id': String(partition),
          'messaging.kafka.offset': Number(offset),
        });
        try {
          return await context.with(trace.setSpan(parent, span), async () => work(record, ...more));
        } catch (error) {
          span.setStatus({ code: ERROR_STATUS, message: error instanceof Error ? error.message : String(error) });
          throw error;
        } finally {
          span.end();
        }
      },
  };
}
