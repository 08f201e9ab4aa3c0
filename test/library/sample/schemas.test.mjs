// Schemas of zod and of valibot, as values of topics: what is written is checked, and what is read is what the schema makes of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineTopic, SerializationError, serdes } from 'millrace/client';
import { startKafka } from 'millrace/testing';
import * as v from 'valibot';
import { z } from 'zod';

const schemas = {
  zod: z.object({ item: z.string(), cents: z.number().int().default(0) }),
  valibot: v.object({ item: v.string(), cents: v.optional(v.pipe(v.number(), v.integer()), 0) }),
};

for (const [name, schema] of Object.entries(schemas)) {
  test(`${name} checks orders`, async () => {
    await using kafka = await startKafka({ network: 'memory' });
    const orders = defineTopic({ name: 'orders', value: serdes.json(schema) });
    await kafka.send({ topic: orders, value: { item: 'book' } });
    assert.deepEqual((await kafka.waitForRecord(orders)).value, { item: 'book', cents: 0 });
    await assert.rejects(kafka.send({ topic: orders, value: { item: 'book', cents: 0.5 } }), SerializationError);
    await kafka.send({ topic: 'orders', value: '{"item":7}' });
    await assert.rejects(kafka.records(orders), /Cannot read the value at offset 1 of orders-0: item: /);
  });
}
