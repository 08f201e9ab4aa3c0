// This project's client, record by record: a promise for each. It reads as `millrace.ts` does.

import { Producer } from 'millrace/client';
import { type BenchClient, values } from './bench-client.ts';
import { client as bulk } from './millrace.ts';

export const client: BenchClient = {
  async produce({ bootstrap, topic, records, bytes, compression }) {
    await using producer = new Producer({ bootstrapServers: bootstrap, compression, batchSize: 256 * 1024 });
    const all = values(bytes);
    for (let sent = 0; sent < records; sent++) {
      if (producer.isFull) await producer.ready();
      producer.send({ topic, value: all[sent % all.length] as Buffer }).catch(giveUp);
    }
    await producer.flush();
  },

  consume: bulk.consume,
};

function giveUp(error: unknown): never {
  throw error;
}
