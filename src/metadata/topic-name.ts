// Which names a topic may have. Creation, automatic creation and every request that names a topic ask here.

/** Topics that the broker keeps for itself; clients may read them, and Metadata marks them. */
export const INTERNAL_TOPICS: ReadonlySet<string> = new Set([
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state',
]);

/** The log of this module. It looks like a topic on disk, and is none for clients. */
export const CLUSTER_METADATA_TOPIC = '__cluster_metadata';

const MAX_NAME_LENGTH = 249;

/** Why the name is none for a topic, in Kafka's words; undefined when it is one. */
export function validateTopicName(name: string): string | undefined {
  const reason = reasonAgainst(name);
  return reason === undefined ? undefined : `Topic name is invalid: ${reason}`;
}

export function isInternalTopic(name: string): boolean {
  return INTERNAL_TOPICS.has(name);
}

/** Names with `.` and `_` in the same places are one name in Kafka's metrics, so a cluster has at most one of them: this is what they share. */
export function collisionKey(name: string): string | undefined {
  return /[._]/.test(name) ? name.replaceAll('.', '_') : undefined;
}

function reasonAgainst(name: string): string | undefined {
  if (name === '') return 'the empty string is not allowed';
  if (name === '.' || name === '..') return `'${name}' is not allowed`;
  if (name.length > MAX_NAME_LENGTH) {
    return `the length of '${name}' is longer than the max allowed length ${MAX_NAME_LENGTH}`;
  }
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    return `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`;
  }
  return undefined;
}
