// The real data that the clients carry: 200,000 flights, one JSON text each, as Vega publishes them; and a checksum of any such
// collection that does not depend on the order of its members.

import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

// The package does not export its JSON files, so that they are found by their path.
const FILE = new URL('../../node_modules/vega-datasets/data/flights-200k.json', import.meta.url);

export interface DataSet {
  readonly lines: readonly string[];
  readonly checksum: bigint;
}

export async function readFlights(): Promise<DataSet> {
  const flights: unknown[] = JSON.parse(await readFile(FILE, 'utf8'));
  const lines = flights.map((flight) => JSON.stringify(flight));
  return { lines, checksum: lines.reduce((sum, line) => addToChecksum(sum, line), 0n) };
}

/** A sum of hashes: the same for the same texts in any order, and different when one is missing, doubled or changed. */
export function addToChecksum(checksum: bigint, text: string): bigint {
  return BigInt.asUintN(64, checksum + hash('sha256', text, 'buffer').readBigUInt64LE());
}
