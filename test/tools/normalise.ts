// Makes the outputs of two runs comparable: replaces what differs from run to run on the very same broker, and nothing else.

import type { Outcome } from './run-tools.ts';
import type { SessionInput } from './session.ts';

/** The session as one text: each command, its output, its exit code in brackets. */
export function toText(outcomes: readonly Outcome[], input: SessionInput): string {
  return outcomes
    .map(({ command, output, code }) => `$ ${command}\n${output.trimEnd()}\n[${code}]\n`)
    .map((text) => normalise(text, input))
    .join('\n');
}

function normalise(text: string, { bootstrap, folder }: SessionInput): string {
  const [host = '', port = ''] = bootstrap.split(':');
  const lines = text
    .replaceAll(folder, 'FOLDER')
    .replaceAll(bootstrap, `${host}:PORT`)
    .replaceAll(`${host} ${port} `, `${host} PORT `)
    .replaceAll(/(?<=Cluster ID: )\S{22}/g, 'CLUSTER_ID')
    .replaceAll(/(?<=TopicId: )\S{22}/g, 'TOPIC_ID')
    // The offset of the metadata log.
    .replaceAll(/(?<=Epoch: )\d+/g, 'EPOCH')
    .replaceAll(/(?<=CreateTime:)\d+/g, 'TIME')
    // Depends on how the producer happened to batch.
    .replaceAll(/(?<="size":)\d+/g, 'SIZE')
    .split('\n')
    .filter((line) => !/^\s+at \S+\(/.test(line) && !/^\s+\.\.\. \d+ more$/.test(line));
  return inPartitionOrder(lines).join('\n');
}

/** Partitions come in any order from a consumer, and from the immutable maps of Java; the lines of one partition keep theirs. */
function inPartitionOrder(lines: readonly string[]): string[] {
  const partitionOf = (line: string) => /^(?:CreateTime:TIME\tPartition:\d+|partition: \S+)/.exec(line)?.[0] ?? '';
  const first = lines.findIndex((line) => partitionOf(line) !== '');
  if (first < 0) return [...lines];
  const last = lines.findLastIndex((line) => partitionOf(line) !== '') + 1;
  const records = lines.slice(first, last).toSorted((a, b) => partitionOf(a).localeCompare(partitionOf(b)));
  return [...lines.slice(0, first), ...records, ...lines.slice(last)];
}
