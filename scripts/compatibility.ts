// Writes the generated part of docs/compatibility.md: every API and version of Apache Kafka 4.3 that a broker serves, with ours beside. With --check it
// writes nothing and fails when the page is not what it should be. Kafka's list is a fixture, taken from a running Apache Kafka.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { HANDLERS, servedVersions } from '../src/broker/index.ts';
import { APIS } from '../src/protocol/index.ts';

const PAGE = fileURLToPath(new URL('../docs/compatibility.md', import.meta.url));
const KAFKA = fileURLToPath(new URL('../test/fixtures/kafka-4.3-api-versions.tsv', import.meta.url));
const BEGIN = '<!-- made by scripts/compatibility.ts: begin -->';
const END = '<!-- made by scripts/compatibility.ts: end -->';

const page = readFileSync(PAGE, 'utf8');
const expected = `${page.slice(0, page.indexOf(BEGIN))}${BEGIN}\n${table()}\n${END}${page.slice(page.indexOf(END) + END.length)}`;
if (process.argv.includes('--check')) {
  if (page !== expected) {
    console.error('docs/compatibility.md is out of date: run `npm run compatibility`');
    process.exitCode = 1;
  }
} else {
  writeFileSync(PAGE, expected);
}

function table(): string {
  const handlers = new Map(Object.values(HANDLERS).map(({ api }) => [api.key as number, servedVersions(api)]));
  const rows = readFileSync(KAFKA, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('\t'))
    .map(([key = '', name = '', kafka = '']) => {
      const served = handlers.get(Number(key));
      const ours = served === undefined ? 'not yet' : versions(Number(key), served.min, served.max);
      return `| ${key} | ${name} | ${kafka} | ${ours} |`;
    });
  const served = rows.filter((row) => !row.includes('not yet')).length;
  return [
    `${served} of ${rows.length} APIs are served; the schemas of all ${Object.keys(APIS).length} APIs of Kafka 4.3 are there.`,
    '',
    '| key | API | Apache Kafka 4.3.1 | Millrace |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** Produce is told to begin at 0, here as there, for the sake of librdkafka before 2.4. */
function versions(key: number, min: number, max: number): string {
  const first = key === APIS[0].key ? 0 : min;
  return first === max ? String(max) : `${first}-${max}`;
}
