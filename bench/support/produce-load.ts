// Producers that keep requests under way on connections of their own. The requests are encoded beforehand, so that brokers are measured, not clients.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeResponse, encodeBatch, encodeRequest, produce } from '../../src/protocol/index.ts';

export interface ProduceLoad {
  readonly bootstrap: string;
  readonly topic: string;
  readonly partitions: number;
  /** Each gets one batch per request. */
  readonly partitionsPerRequest: number;
  readonly producers: number;
  readonly requestsInFlight: number;
}

export interface ProduceFigures {
  readonly batchesPerSecond: number;
  /** From the first byte of a request to the last of its answer, ms. */
  readonly p50: number;
  readonly p99: number;
}

const VERSION = 9;
const LENGTH_BYTES = 4;

/** Sends for so long with acks=all, and waits for the last answers. Throws when the broker refuses a batch. */
export async function measureProduce(load: ProduceLoad, milliseconds: number): Promise<ProduceFigures> {
  const latencies: number[] = [];
  const ending = new AbortController();
  const start = performance.now();
  const all = Array.from({ length: load.producers }, (_, index) => run(load, index, latencies, ending.signal));
  await Promise.race([delay(milliseconds), ...all]);
  ending.abort();
  await Promise.all(all);
  const seconds = (performance.now() - start) / 1000;
  latencies.sort((one, other) => one - other);
  const quantile = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return {
    batchesPerSecond: (latencies.length * load.partitionsPerRequest) / seconds,
    p50: quantile(0.5),
    p99: quantile(0.99),
  };
}

async function run(load: ProduceLoad, index: number, latencies: number[], signal: AbortSignal): Promise<void> {
  const [host, port] = load.bootstrap.split(':');
  const socket = connect(Number(port), host);
  await once(socket, 'connect');
  socket.setNoDelay(true);
  const requests = requestsOf(load, index);
  const sentAt: number[] = [];
  let next = 0;
  const send = () => {
    sentAt.push(performance.now());
    socket.write(requests[next++ % requests.length] ?? '');
  };
  for (let count = 0; count < load.requestsInFlight; count++) send();
  try {
    for await (const answer of answersOf(socket)) {
      latencies.push(performance.now() - (sentAt.shift() ?? 0));
      assertAccepted(answer);
      if (!signal.aborted) send();
      else if (sentAt.length === 0) return;
    }
    throw new Error(`${load.bootstrap} closed a connection`);
  } finally {
    socket.destroy();
  }
}

/** A producer goes round all partitions, each from a place of its own. */
function requestsOf({ topic, partitions, partitionsPerRequest, producers }: ProduceLoad, producer: number): Buffer[] {
  const record = { timestamp: BigInt(Date.now()), key: null, value: Buffer.alloc(100, 'x') };
  const records = encodeBatch({ records: [record] });
  let next = Math.floor((producer * partitions) / producers);
  return Array.from({ length: Math.ceil(partitions / partitionsPerRequest) }, () => {
    const partitionData = Array.from({ length: partitionsPerRequest }, () => {
      next = (next + 1) % partitions;
      return { index: next, records };
    });
    const body = { transactionalId: null, acks: -1, timeoutMs: 30_000, topicData: [{ name: topic, partitionData }] };
    return Buffer.concat(encodeRequest(produce, VERSION, { correlationId: 1, clientId: `bench-${producer}` }, body));
  });
}

async function* answersOf(socket: Socket): AsyncGenerator<Buffer> {
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer]);
    while (received.length >= LENGTH_BYTES && received.length >= LENGTH_BYTES + received.readInt32BE(0)) {
      const end = LENGTH_BYTES + received.readInt32BE(0);
      yield received.subarray(LENGTH_BYTES, end);
      received = received.subarray(end);
    }
  }
}

function assertAccepted(answer: Buffer): void {
  for (const { partitionResponses } of decodeResponse(produce, VERSION, answer).body.responses) {
    for (const { index, errorCode } of partitionResponses)
      if (errorCode !== 0) throw new Error(`partition ${index} refused a batch with error ${errorCode}`);
  }
}
