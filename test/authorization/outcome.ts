// An answer as a line: everything in it that tells what the sender may do or see, and nothing that is different from one run to the next.

import { errorName } from '../../src/protocol/index.ts';

/** Lists whose length says what the sender may see. */
const SEEN = new Set([
  'topics',
  'groups',
  'tokens',
  'transactionStates',
  'configResources',
  'resources',
  'entries',
  'results',
  'brokers',
]);

/** By which field the items of lists are known: Kafka gives them in the order of its hash tables. */
const NAMES = [
  'name',
  'topic',
  'topicName',
  'topicId',
  'groupId',
  'resourceName',
  'key',
  'transactionalId',
  'partitionIndex',
  'partition',
  'index',
];

/** `topics=2 topics[orders].errorCode=NONE ...`; `names` stand for ids of this run. */
export function outcomeOf(answer: unknown, names: ReadonlyMap<string, string>): string {
  return [...parts(answer, '', names)].join(' ');
}

function* parts(value: unknown, path: string, names: ReadonlyMap<string, string>): Generator<string> {
  if (Array.isArray(value)) {
    const labelled = value.map((item, index) => [labelOf(item, names) ?? String(index), item] as const);
    labelled.sort(([first], [second]) => (first < second ? -1 : 1));
    for (const [label, item] of labelled) yield* parts(item, `${path}[${label}]`, names);
    return;
  }
  if (!isObject(value)) return;
  for (const [name, field] of Object.entries(value)) {
    const at = path === '' ? name : `${path}.${name}`;
    if (/errorCode$/i.test(name)) yield `${at}=${errorName(Number(field))}`;
    else if (/authorizedOperations$/i.test(name)) yield `${at}=${Number(field).toString(16)}`;
    if (SEEN.has(name) && Array.isArray(field)) yield `${at}=${field.length}`;
    yield* parts(field, at, names);
  }
}

function labelOf(item: unknown, names: ReadonlyMap<string, string>): string | undefined {
  if (!isObject(item)) return undefined;
  const known = NAMES.map((field) => item[field]).find((name) => name !== undefined && name !== null && name !== '');
  if (known === undefined) return undefined;
  const type = item.resourceType === undefined ? '' : `${item.resourceType}:`;
  let label = String(known);
  for (const [id, name] of names) label = label.replace(id, name);
  return type + label;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Buffer.isBuffer(value);
}
