// What a client has to do in a benchmark: every client under bench/clients/ does it in the way that is fastest for it.

export interface ClientTask {
  readonly bootstrap: string;
  readonly topic: string;
  readonly records: number;
  /** Of one value. */
  readonly bytes: number;
  readonly compression: 'none' | 'lz4' | 'zstd';
  /** For readers. */
  readonly group: string;
}

export interface BenchClient {
  /** Writes `records` values with acks=all and without keys; resolves when all are acknowledged. */
  produce(task: ClientTask): Promise<void>;
  /** Reads the topic from its start; resolves to the number of value bytes when `records` have come. */
  consume(task: ClientTask): Promise<number>;
}

/** Records that are handed to a client in one call, where it takes many. */
export const RECORDS_PER_CALL = 1000;

/** Calls that wait for their acknowledgement at the same time. */
export const CALLS_IN_FLIGHT = 10;

/** Values as applications have them: JSON that compresses to about a third. The same few thousand come again and again. */
export function values(bytes: number): Buffer[] {
  return Array.from({ length: 4000 }, (_, index) => {
    let text = '';
    for (let order = index * 7919; text.length < bytes; order += 104_729)
      text += JSON.stringify({
        order,
        customer: `c-${(order * 31) % 99_991}`,
        total: (order % 10_007) / 100,
        paid: true,
      });
    return Buffer.from(text.slice(0, bytes));
  });
}

/** Calls `send` with slices of so many values until `records` are sent, several calls at a time. */
export async function sendInCalls(task: ClientTask, send: (values: Buffer[]) => Promise<unknown>): Promise<void> {
  const all = values(task.bytes);
  let left = task.records;
  let next = 0;
  const worker = async () => {
    while (left > 0) {
      const count = Math.min(RECORDS_PER_CALL, left);
      left -= count;
      const slice = all.slice(next, next + count);
      next = (next + RECORDS_PER_CALL) % all.length;
      await send(slice);
    }
  };
  await Promise.all(Array.from({ length: CALLS_IN_FLIGHT }, worker));
}
