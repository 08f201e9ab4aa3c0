// Messages as kafkajs has them: headers as an object, numbers of 64 bits as texts.

import type { ConsumerRecord, ProducerRecord } from '../client/index.ts';

type HeaderValue = Buffer | string;

/** A name that comes several times has its values as a list. */
export type Headers = Readonly<Record<string, HeaderValue | readonly HeaderValue[] | undefined>>;

/** A message to send. */
export interface Message {
  readonly key?: Buffer | string | null | undefined;
  readonly value: Buffer | string | null;
  readonly partition?: number | undefined;
  readonly headers?: Headers | undefined;
  /** Milliseconds since 1970, in decimal. */
  readonly timestamp?: string | undefined;
}

/** A message that was read. */
export interface KafkaMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Milliseconds since 1970, in decimal. */
  readonly timestamp: string;
  readonly offset: string;
  readonly headers: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
}

export function toRecord(topic: string, { key, value, partition, headers, timestamp }: Message): ProducerRecord {
  return {
    topic,
    key,
    value,
    partition,
    timestamp: timestamp === undefined ? undefined : BigInt(timestamp),
    headers:
      headers && Object.entries(headers).flatMap(([name, given]) => valuesOf(given).map((one) => [name, one] as const)),
  };
}

function valuesOf(given: Headers[string]): Buffer[] {
  if (given === undefined) return [];
  const values = typeof given === 'string' || Buffer.isBuffer(given) ? [given] : given;
  return values.map((value) => (typeof value === 'string' ? Buffer.from(value) : value));
}

export function toMessage({ key, value, timestamp, offset, headers }: ConsumerRecord): KafkaMessage {
  const byName: Record<string, Buffer | string | (Buffer | string)[] | undefined> = {};
  for (const [name, headerValue] of headers) {
    if (headerValue === null) continue;
    const before = byName[name];
    if (before === undefined) byName[name] = headerValue;
    else byName[name] = Array.isArray(before) ? [...before, headerValue] : [before, headerValue];
  }
  return { key, value, timestamp: String(timestamp), offset: String(offset), headers: byName };
}
