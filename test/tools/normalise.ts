// Makes the outputs of two runs comparable: replaces what differs from run to run on the very same broker, and nothing else.

import { inOneOrder } from './one-order.ts';
import type { Outcome } from './run-tools.ts';
import type { SessionInput } from './session.ts';

/** The session as one text: each command, its output, its exit code in brackets. */
export function toText(outcomes: readonly Outcome[], input: SessionInput): string {
  return outcomes
    .map(({ command, output, code }) => {
      const lines = withoutChance(output.trimEnd(), input).split('\n').filter(isNoStackFrame);
      return `$ ${withoutChance(command, input)}\n${inOneOrder(command, lines).join('\n')}\n[${code}]\n`;
    })
    .join('\n');
}

/** In this order. */
const BY_CHANCE: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/(?<=Cluster ?I[Dd]: +)\S{22}/g, 'CLUSTER_ID'],
  [/(?<=TopicId: )\S{22}/g, 'TOPIC_ID'],
  [/(?<=CreateTime:)\d+/g, 'TIME'],
  // The offset of the metadata log.
  [/(?<=\bEpoch: )\d+/g, 'EPOCH'],
  [/(?<=HighWatermark: +)\d+/g, 'OFFSET'],
  [/(?<=^\d+ +\t)\S{22}\t.*\t(?=Leader)/gm, 'DIRECTORY_ID\tOFFSETS_AND_TIMES\t'],
  [/(?<=directoryI[dD](?:=|": ")(?!A{20}))[\w-]{22}/g, 'DIRECTORY_ID'],
  [/(?<=tokenId : |^)[\w-]{22}(?= [\w+/]{86}== |$)/gm, 'TOKEN_ID'],
  [/[\w+/]{86}==/g, 'HMAC'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d(?= |$)/gm, 'MINUTE'],
  // Formatters print their records without a break.
  [/(?<=\})(?=\{"key":)/g, '\n'],
  [/\b1[78]\d{11}\b/g, 'TIME'],
  [/(?<=\tTIME +\t)\d+/g, 'DURATION'],
  [/\d{4}[-/]\d\d[-/]\d\d \d\d:\d\d:\d\d[:,]\d{3}/g, 'TIME'],
  // How fast it was: the performance tests, each in its own way.
  [/[\d.]+(?= (?:records\/sec|MB\/sec|ms)\b)/g, 'N'],
  [/(?<=^TIME, TIME, .*)\b\d+\.\d{4}/gm, 'N'],
  [/(?<=^TIME, TIME, N, N, \d+, N, )\d+, \d+/gm, 'N, N'],
  [/(?<=^TIME, TIME, N, N, N, \d+, )\d+/gm, 'N'],
  [/^0\t[\d.]+$|(?<=Percentiles: ).*|(?<=Avg latency: )[\d.]+/gm, 'N'],
  // How often a producer had to ask for its id.
  [/(?<="(?:p|previousP)roducerId":)\d+/g, 'PRODUCER_ID'],
  [
    /(?<=^\S+ +\t\d+ +\t)\d+(?= +\t[A-Z][a-z])|(?<=^\d+ +\t\S+ +\t)\d+(?= +\t\d+)|^\d+(?= +\t\d+ +\t\d+ +\t-1)/gm,
    'PRODUCER_ID',
  ],
  // Depends on how the producer happened to batch.
  [/(?<="size":)\d+/g, 'SIZE'],
];

function withoutChance(text: string, { bootstrap, secured, folder }: SessionInput): string {
  const [host = '', port = ''] = bootstrap.split(':');
  const known = text
    .replaceAll(folder, 'FOLDER')
    .replaceAll(bootstrap, `${host}:PORT`)
    .replaceAll(secured, `${host}:SECURED`)
    .replaceAll(`${host} ${port} `, `${host} PORT `);
  return BY_CHANCE.reduce((result, [pattern, name]) => result.replaceAll(pattern, name), known);
}

function isNoStackFrame(line: string): boolean {
  return !/^\s+at \S+\(/.test(line) && !/^\s+\.\.\. \d+ more$/.test(line);
}
