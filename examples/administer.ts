// Administers a cluster: topics and their settings, where they begin and end, and groups. Each item has an answer of its own; a call ends with its signal.

import { Admin, isRetriable } from 'millrace/client';

const bootstrapServers = process.env.BOOTSTRAP_SERVERS ?? '127.0.0.1:9092';
const topic = `measured-${process.pid}`;
await using admin = new Admin({ bootstrapServers });

const topics = [{ name: topic, numPartitions: 2, configs: { 'retention.ms': '86400000' } }, { name: 'not/a/name' }];
for (const { name, error } of await admin.createTopics(topics))
  console.log(`${name.replace(/\d+/, 'N')}: ${error ? `${error.code}, retriable: ${isRetriable(error)}` : 'made'}`);

const resource = { type: 'topic', name: topic } as const;
await admin.alterConfigs([{ resource, changes: [{ name: 'cleanup.policy', operation: 'append', value: 'compact' }] }]);
const [described] = await admin.describeConfigs([resource]);
for (const { name, value, source } of described?.entries ?? [])
  if (source === 'dynamic topic') console.log(`${name} = ${value}`);

await admin.createPartitions([{ topic, totalCount: 3 }]);
const places = [0, 1, 2].map((partition) => ({ topic, partition }));
const ends = await admin.listOffsets(places.map((place) => ({ ...place, spec: 'latest' as const })));
console.log(`ends: ${ends.map(({ offset }) => offset).join(', ')}`);

// A group that has no members begins where it is told to.
await admin.alterGroupOffsets(topic, [{ topic, partition: 0, offset: 0n, metadata: 'by hand' }]);
const [committed] = await admin.listGroupOffsets(topic);
console.log(`committed: ${committed?.offset}, ${committed?.metadata}`);
const [group] = await admin.describeGroups([topic], { includeAuthorizedOperations: true });
console.log(`${group?.group?.state}, may be deleted: ${group?.group?.authorizedOperations?.includes('delete')}`);

const tooLate = AbortSignal.abort(new Error('nobody waits any more'));
await admin.listTopics({ signal: tooLate }).catch((error) => console.log(error.message));

// Prints:
// measured-N: made
// not/a/name: INVALID_TOPIC_EXCEPTION, retriable: false
// cleanup.policy = delete,compact
// retention.ms = 86400000
// ends: 0, 0, 0
// committed: 0, by hand
// Empty, may be deleted: true
// nobody waits any more
