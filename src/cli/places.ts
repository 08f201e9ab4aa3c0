// `TOPIC` or `TOPIC:0,1,2`: topics, or some of their partitions, as options name them.

import type { Admin, TopicPartition } from '../client/index.ts';
import { UsageError } from './usage-error.ts';

export interface Place {
  readonly topic: string;
  /** Undefined: all. */
  readonly partitions: readonly number[] | undefined;
}

/** `option` names the option in errors. */
export function parsePlaces(texts: readonly string[], option: string): Place[] {
  if (texts.length === 0) throw new UsageError(`--${option} is needed`);
  return texts.map((text) => {
    const match = /^([^:]+)(?::([0-9]+(?:,[0-9]+)*))?$/.exec(text);
    if (match?.[1] === undefined) throw new UsageError(`--${option} cannot be ${text}: write TOPIC or TOPIC:0,1,2`);
    return { topic: match[1], partitions: match[2]?.split(',').map(Number) };
  });
}

/** The partitions that they name. Throws for topics and partitions that do not exist. */
export async function partitionsOf(
  admin: Admin,
  places: readonly Place[],
  signal: AbortSignal,
): Promise<TopicPartition[]> {
  const described = await admin.describeTopics(
    places.map(({ topic }) => topic),
    { signal },
  );
  return described.flatMap(({ name, topic, error }, index) => {
    if (error) throw error;
    const known = topic?.partitions.map(({ partition }) => partition) ?? [];
    const wanted = places[index]?.partitions ?? known;
    const missing = wanted.find((partition) => !known.includes(partition));
    if (missing !== undefined)
      throw new Error(`There is no partition ${name}-${missing}: topic ${name} has ${known.length} partitions`);
    return wanted.map((partition) => ({ topic: name, partition }));
  });
}
