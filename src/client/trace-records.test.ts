import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, it } from 'node:test';
import type { ConsumerRecord } from './consumer/consumer-record.ts';
import { type OpenTelemetryApi, traceRecords } from './trace-records.ts';

interface FakeSpan {
  readonly id: number;
  readonly parentId: number | undefined;
  readonly name: string;
  readonly attributes: Record<string, string | number>;
  status: unknown;
  hasEnded: boolean;
  setStatus(status: unknown): void;
  end(): void;
}
type Context = ReturnType<OpenTelemetryApi['context']['active']>;

/** Holds a span, and nothing else. */
class FakeContext implements Context {
  readonly span: { readonly id: number } | undefined;

  constructor(span?: { readonly id: number }) {
    this.span = span;
  }

  getValue(): unknown {
    return undefined;
  }

  setValue(): Context {
    return this;
  }

  deleteValue(): Context {
    return this;
  }
}

const spanIn = (context: Context) => (context instanceof FakeContext ? context.span : undefined);

/** Keeps spans, and knows the span that is active in each chain of calls. */
function fakeApi() {
  const spans: FakeSpan[] = [];
  const active = new AsyncLocalStorage<Context>();
  const startSpan = (name: string, { attributes }: Pick<FakeSpan, 'attributes'>, parent: Context): FakeSpan => {
    const started: FakeSpan = {
      ...{ id: spans.length + 1, parentId: spanIn(parent)?.id, name, attributes, status: undefined, hasEnded: false },
      setStatus: (status) => {
        started.status = status;
      },
      end: () => {
        started.hasEnded = true;
      },
    };
    spans.push(started);
    return started;
  };
  const activeContext = () => active.getStore() ?? new FakeContext();
  const api: OpenTelemetryApi = {
    context: { active: activeContext, with: (context, work) => active.run(context, work) },
    propagation: {
      inject: (context, carrier) => {
        carrier.traceparent = String(spanIn(context)?.id);
      },
      extract: (_, { traceparent }) => new FakeContext({ id: Number(traceparent) }),
    },
    trace: {
      getTracer: () => ({ startSpan }),
      setSpan: (_, span) => new FakeContext(spans.find((known) => known === span)),
    },
  };
  return { api, spans, activeSpan: () => spanIn(activeContext())?.id };
}

const record = (headers: ConsumerRecord['headers']): ConsumerRecord => ({
  ...{ topic: 'orders', partition: 3, offset: 7n, timestamp: 0n, key: null, value: null, headers },
});

describe('records in traces', () => {
  it('are worked on below the span of who sent them', async () => {
    const { api, spans, activeSpan } = fakeApi();
    const { addHeaders, traced } = traceRecords(api);
    const headers = addHeaders({ topic: 'orders' });
    const passedOn = [['traceparent', Buffer.from('99')] as const, ...headers];
    const work = traced(async ({ offset }: ConsumerRecord, factor: bigint) => {
      await Promise.resolve();
      return [offset * factor, activeSpan()];
    });
    assert.deepEqual(await work(record(passedOn), 2n), [14n, 2]);
    assert.deepEqual(
      spans.map(({ id, parentId, name, hasEnded }) => ({ id, parentId, name, hasEnded })),
      [
        { id: 1, parentId: undefined, name: 'create orders', hasEnded: true },
        { id: 2, parentId: 1, name: 'process orders', hasEnded: true },
      ],
    );
    assert.deepEqual(spans[1]?.attributes, {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'orders',
      'messaging.destination.partition.id': '3',
      'messaging.kafka.offset': 7,
    });
  });

  it('fail their span with what the work throws', async () => {
    const { api, spans } = fakeApi();
    const work = traceRecords(api).traced(() => {
      throw new RangeError('too dear');
    });
    await assert.rejects(work(record([])), RangeError);
    assert.deepEqual(spans[0]?.status, { code: 2, message: 'too dear' });
    assert.equal(spans[0]?.hasEnded, true);
  });
});
