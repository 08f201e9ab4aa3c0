// Pushes of metrics (KIP-714) that are small and inflate to much, or to as many fields as fit. Each comes from a client that has subscribed, as else nobody
// would look into it.

import { pick } from '../../src/broker/testing/damage.ts';
import type { TestClient } from '../../src/broker/testing/test-client.ts';
import type { Random } from '../../src/platform/index.ts';
import {
  type CompressionType,
  compress,
  compressionId,
  getTelemetrySubscriptions,
  pushTelemetry,
  ZERO_UUID,
} from '../../src/protocol/index.ts';

export interface TelemetryBomb {
  readonly compressionType: number;
  readonly metrics: Buffer;
}

const CODECS: readonly CompressionType[] = ['gzip', 'lz4', 'snappy', 'zstd'];
const MIB = 2 ** 20;
/** `telemetry.max.bytes` by default. */
const MAX_BYTES = MIB;
/** Fields 1, 2 and 5 of length 0: metrics of resources, of scopes, and gauges. */
const EMPTY_FIELDS = [Buffer.of(0x0a, 0), Buffer.of(0x12, 0), Buffer.of(0x2a, 0)];

/** Made once. */
export function telemetryBombs(): TelemetryBomb[] {
  const contents = [
    Buffer.alloc(20 * MIB),
    ...EMPTY_FIELDS.flatMap((field) => {
      const fields = Buffer.alloc(MAX_BYTES - 64, field);
      return [fields, message(1, fields), message(1, message(2, fields)), message(1, message(2, message(2, fields)))];
    }),
  ];
  return contents.flatMap((content) =>
    CODECS.map((codec) => ({ compressionType: compressionId(codec), metrics: compress(codec, content) })),
  );
}

/** Subscribes as somebody new and pushes one of them; resolves with the answer. */
export async function pushBomb(
  client: TestClient,
  bombs: readonly TelemetryBomb[],
  random: Random,
): Promise<{ errorCode: number }> {
  const told = await client.send(getTelemetrySubscriptions, 0, { clientInstanceId: ZERO_UUID });
  const { clientInstanceId, subscriptionId } = told;
  return client.send(pushTelemetry, 0, {
    ...{ clientInstanceId, subscriptionId, terminating: false },
    ...pick(bombs, random),
  });
}

/** A protobuf field that holds others. */
function message(number: number, content: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = content.length; ; rest >>>= 7) {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    if (rest <= 0x7f) break;
  }
  return Buffer.concat([Buffer.of((number << 3) | 2, ...length), content]);
}
