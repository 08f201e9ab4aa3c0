// The topics that the members of a classic consumer group want. The coordinator only needs to know which offsets are in use, so it
// reads the version-independent beginning of each member's subscription.

import { type ClassicMember, metadataFor } from './classic-member.ts';

/** The protocol type of groups whose members are consumers, and whose metadata is a ConsumerProtocolSubscription. */
export const CONSUMER_PROTOCOL_TYPE = 'consumer';

/** Undefined when it cannot be known: another protocol type, no protocol yet, or metadata that is no subscription. */
export function subscribedTopics(
  protocolType: string | null,
  protocolName: string | null,
  members: readonly ClassicMember[],
): ReadonlySet<string> | undefined {
  if (protocolType !== CONSUMER_PROTOCOL_TYPE) return undefined;
  if (members.length > 0 && protocolName === null) return undefined;
  const topics = new Set<string>();
  for (const member of members) {
    const subscription = readTopics(metadataFor(member, protocolName));
    if (subscription === undefined) return undefined;
    for (const topic of subscription) topics.add(topic);
  }
  return topics;
}

/** Version (int16), then an array of topic names: the beginning of every version of the subscription. */
function readTopics(metadata: Buffer): string[] | undefined {
  if (metadata.length < 6 || metadata.readInt16BE(0) < 0) return undefined;
  const count = metadata.readInt32BE(2);
  const topics: string[] = [];
  let position = 6;
  for (let index = 0; index < count; index++) {
    if (position + 2 > metadata.length) return undefined;
    const end = position + 2 + metadata.readInt16BE(position);
    if (end < position + 2 || end > metadata.length) return undefined;
    topics.push(metadata.toString('utf8', position + 2, end));
    position = end;
  }
  return topics;
}
