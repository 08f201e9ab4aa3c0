// Holds what readers are given of the compacted topic against what was written to it: of each key the newest record, or a later one, at its offset,
// and never again one that was overwritten or deleted.

import { sleep } from '../platform/index.ts';
import type { Clients } from './clients.ts';
import { type History, KEYED_TOPIC, type Overwrite } from './history.ts';
import { readEverything } from './read-everything.ts';
import { promise } from './violation.ts';

const WAIT_MS = 500;
/** A record may be overwritten behind the end of the reading, and a tombstone go, once it is due, between a reader and the record that it deletes. */
const MOST_TRIES = 20;

export async function checkKeys(clients: Clients, { overwrites }: History): Promise<void> {
  if (overwrites.every(({ offset }) => offset === undefined)) return;
  for (let tries = 1; ; tries++) {
    const promised = newestAcknowledged(overwrites);
    const found = await readNewest(clients, overwrites);
    const wrong = [...promised].find(([key, number]) => !isKept(overwrites, key, number, found.get(key)));
    if (wrong === undefined) return;
    const [key, number] = wrong;
    const what = () =>
      `${KEYED_TOPIC} gives record ${found.get(key)} as the newest of ${key}, although ${number} is there`;
    promise(tries < MOST_TRIES, what);
    await sleep(clients.clock, WAIT_MS);
  }
}

function newestAcknowledged(overwrites: readonly Overwrite[]): Map<string, number> {
  const newest = new Map<string, number>();
  for (const [number, { key, offset }] of overwrites.entries()) if (offset !== undefined) newest.set(key, number);
  return newest;
}

/** Nothing may be left of a key only once its newest record is a tombstone. */
function isKept(overwrites: readonly Overwrite[], key: string, promised: number, found: number | undefined): boolean {
  if (found !== undefined) return found >= promised;
  return overwrites.slice(promised).some((overwrite) => overwrite.key === key && overwrite.isTombstone);
}

/** The number of the last record of each key. */
async function readNewest(clients: Clients, overwrites: readonly Overwrite[]): Promise<Map<string, number>> {
  const newest = new Map<string, number>();
  let last = -1;
  for (const { offset, key, number = -1 } of (await readEverything(clients, { topic: KEYED_TOPIC, partition: 0 }))
    .records) {
    const sent = overwrites[number];
    const what = () => `${KEYED_TOPIC} gives at ${offset} record ${number} of ${key}`;
    promise(sent !== undefined && sent.key === key, () => `${what()}, which nobody sent`);
    promise(number > last, () => `${what()} behind record ${last}`);
    promise(sent.offset === undefined || sent.offset === offset, () => `${what()}, which was put at ${sent.offset}`);
    last = number;
    newest.set(sent.key, number);
  }
  return newest;
}
