import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Serde, SerdeContext } from './serde.ts';
import { serdes } from './serdes.ts';
import type { StandardSchema } from './validated.ts';

const context: SerdeContext = { topic: 'orders', part: 'value', headers: [] };

// Numbers, texts and UUIDs as the serializers of Apache Kafka's Java client write them.
const written: readonly [name: string, serde: Serde<unknown>, data: unknown, bytes: string][] = [
  ['string', serdes.string, 'grüße', '6772c3bcc39f65'],
  ['buffer', serdes.buffer, Buffer.of(1, 2), '0102'],
  ['boolean', serdes.boolean, true, '01'],
  ['int16', serdes.int16, -2, 'fffe'],
  ['int32', serdes.int32, -2, 'fffffffe'],
  ['int64', serdes.int64, 2n ** 53n + 1n, '0020000000000001'],
  ['float', serdes.float, 1.5, '3fc00000'],
  ['double', serdes.double, -0.1, 'bfb999999999999a'],
  [
    'uuid',
    serdes.uuid,
    '0a8fe4a7-0c3b-4c5e-9b7e-2f6f3a1d9c44',
    '30613866653461372d306333622d346335652d396237652d326636663361316439633434',
  ],
  ['json', serdes.json(), { cents: 1250 }, '7b2263656e7473223a313235307d'],
];

for (const [name, serde, data, bytes] of written) {
  test(`${name} writes what programs in other languages read, and reads it back`, async () => {
    assert.equal(serde.serialize(data, context)?.toString('hex'), bytes);
    assert.deepEqual(await serde.deserialize(Buffer.from(bytes, 'hex'), context), data);
    assert.throws(() => serde.deserialize(null, context), /it is null/);
  });
}

test('what does not fit is refused when it is written', () => {
  assert.throws(() => serdes.int32.serialize(2 ** 31, context), RangeError);
  assert.throws(() => serdes.int64.serialize(2n ** 63n, context), RangeError);
  assert.throws(() => serdes.uuid.serialize('orders', context), /orders is no UUID/);
  assert.throws(() => serdes.json().serialize(undefined, context), /undefined is not JSON/);
  assert.throws(() => serdes.json().serialize(1n, context), TypeError);
});

test('bytes that are something else are refused when they are read', () => {
  assert.throws(() => serdes.int32.deserialize(Buffer.alloc(8), context), /8 bytes instead of 4/);
  assert.throws(() => serdes.boolean.deserialize(Buffer.of(2), context), /0 or 1, not 2/);
  assert.throws(() => serdes.json().deserialize(Buffer.from('{'), context), SyntaxError);
});

test('null passes where it is provided for', async () => {
  const serde = serdes.nullable(serdes.string);
  assert.equal(serde.serialize(null, context), null);
  assert.equal(await serde.deserialize(null, context), null);
  assert.equal(await serde.deserialize(Buffer.from('a'), context), 'a');
});

interface Order {
  readonly cents: number;
}

/** As a library for schemas has it: a number of cents, which may be left out. */
function orderSchema(isAsync: boolean): StandardSchema<Partial<Order>, Order> {
  const check = (data: unknown) => {
    const cents = typeof data === 'object' && data !== null && 'cents' in data ? data.cents : 0;
    return typeof cents === 'number'
      ? { value: { cents } }
      : { issues: [{ message: 'expected a number', path: [{ key: 'cents' }] }] };
  };
  return {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (data) => (isAsync ? Promise.resolve(check(data)) : check(data)),
    },
  };
}

test('a schema checks what is written and what is read, and fills in what it fills in for readers', async () => {
  const serde = serdes.json(orderSchema(false));
  assert.equal(String(serde.serialize({}, context)), '{}');
  assert.deepEqual(await serde.deserialize(Buffer.from('{}'), context), { cents: 0 });
  assert.throws(() => serde.deserialize(Buffer.from('{"cents":"1"}'), context), /cents: expected a number/);
  const wrong: object = { cents: '1' };
  assert.throws(() => serde.serialize(wrong, context), /cents: expected a number/);
});

test('a schema that checks asynchronously reads, and does not write', async () => {
  const serde = serdes.json(orderSchema(true));
  assert.deepEqual(await serde.deserialize(Buffer.from('{"cents":3}'), context), { cents: 3 });
  await assert.rejects(async () => serde.deserialize(Buffer.from('{"cents":"1"}'), context), /expected a number/);
  assert.throws(() => serde.serialize({ cents: 3 }, context), /asynchronously/);
});
