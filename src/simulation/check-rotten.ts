// Holds against a file that changed by itself: it is named, with its place; nothing of it is given out as if it were good; what stands before it is; and an
// operator's repair loses no more than the batches that it hit.

import { type RepairLogOptions, readPartitionMetadata, repairLog, verifyLog } from '../log/index.ts';
import { type Clock, type Random, sleep } from '../platform/index.ts';
import { silentLogger } from '../telemetry/index.ts';
import type { Rot } from './bit-rot.ts';
import type { Clients } from './clients.ts';
import type { History } from './history.ts';
import type { SimulatedDisk } from './simulated-disk.ts';
import type { Trace } from './trace.ts';
import { promise } from './violation.ts';

const POLL_MS = 500;
const MOST_EMPTY_POLLS = 4;

/** While the broker is stopped. */
export async function checkVerified(disk: SimulatedDisk, { directory, path, position }: Rot): Promise<void> {
  // An entry of an index may still be right when it is another one. What it leads to is looked at anyway.
  if (/index$/.test(path)) return;
  const { problems } = await verifyLog(disk, directory);
  const found = problems.map((problem) => `${problem.path} at ${problem.position}`).join(', ') || 'nothing';
  promise(
    problems.some((problem) => problem.path === path && (position === undefined || problem.position === position)),
    () => `verify finds ${found}, although ${path} has changed at ${position}`,
  );
}

/** Of a broker that runs on a log whose batches have changed. `isCached`: it may have them in memory, as they were. */
export async function checkRotten(
  clients: Clients,
  history: History,
  rot: Rot,
  { trace, disk, isCached }: { readonly trace: Trace; readonly disk: SimulatedDisk; readonly isCached: boolean },
): Promise<void> {
  const { topic, partition, path, position } = rot;
  const damaged = topic.damaged.get(partition) ?? [];
  const first = damaged[0]?.first ?? 0n;
  const given = await readFrom(clients, history, rot, undefined);
  // A start after a crash goes through the batches, and refuses the partition where it finds damage.
  const isRefused = trace.errors.some((line) => line.includes(`Cannot open ${topic.name}-${partition}: ${path}`));
  for (const { offset, producer, number } of history.promisedIn(topic, partition)) {
    if (isRefused || offset === undefined || offset >= first || history.mayBeTrimmed(topic, partition, offset))
      continue;
    promise(
      given.has(offset),
      () => `${path} gives nothing of record ${number} of ${producer} at ${offset}, in front of ${position}`,
    );
  }
  const isDeleted = damaged.every(({ last }) => last < (topic.deletedBelow.get(partition) ?? 0n));
  const isGiven = damaged.every(({ first, last }) => given.has(first) || given.has(last));
  // An opening that goes by the index may come upon a later batch first.
  const isTold = damaged.some((batch) =>
    trace.errors.some((line) => line.includes(`${path} is corrupt at byte ${batch.position}`)),
  );
  promise(
    // Retention may have been faster than the reader.
    isDeleted || (isCached && isGiven) || disk.find(path) === undefined || isTold,
    () => `nobody is told that ${path} has changed at ${position}`,
  );
  await readFrom(clients, history, rot, (damaged.at(-1)?.last ?? 0n) + 1n);
}

/** As an operator does it with `millrace log repair`. */
export async function repairRotten(
  disk: SimulatedDisk,
  { directory, topic, partition }: Rot,
  services: { readonly clock: Clock; readonly random: Random },
): Promise<void> {
  const { problems } = await verifyLog(disk, directory);
  const topicId = (await readPartitionMetadata(disk, directory)) ?? '';
  const place = { directory, topic: topic.name, partition, topicId, logStartOffset: 0n };
  const options: RepairLogOptions = { disk, ...services, logger: silentLogger, ...place, problems };
  await repairLog(options);
  const left = (await verifyLog(disk, directory)).problems;
  promise(left.length === 0, () => `repair leaves ${left.map(({ path, reason }) => `${path}: ${reason}`).join(', ')}`);
}

/** The offsets that a reader is given, who gives up where nothing comes any more. */
async function readFrom(
  clients: Clients,
  history: History,
  { topic, partition, path }: Rot,
  from: bigint | undefined,
): Promise<Set<bigint>> {
  const given = new Set<bigint>();
  await using consumer = clients.consumer('checker', {});
  consumer.assign([{ topic: topic.name, partition, from: from ?? ('earliest' as const) }]);
  for (let empty = 0; empty < MOST_EMPTY_POLLS; ) {
    const batch = await consumer.poll(POLL_MS).catch(() => undefined);
    for (const { offset, value } of batch?.records ?? []) {
      const sent = history.records.get(String(value));
      const isRight = sent?.topics.includes(topic) === true && sent.partition === partition;
      promise(
        isRight && (!sent.isPromised || !sent.isIdempotent || sent.offset === offset),
        () => `${path} has changed, and gives ${JSON.stringify(String(value).slice(0, 40))} at ${offset}`,
      );
      given.add(offset);
    }
    empty = batch === undefined ? empty + 1 : 0;
    if (batch === undefined) await sleep(clients.clock, POLL_MS);
  }
  return given;
}
