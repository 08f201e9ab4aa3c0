// `npm run oracle -- NAME [--apache]` runs an oracle of the shared folder against a fresh broker of this clone (or Apache Kafka), and
// names the cases that pass on Apache Kafka and not here. RUN=regex picks cases. Exit code 0 when there are none, 2 when it cannot run.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApacheKafka, startMillrace } from './oracle-broker.ts';
import { checkCodec } from './oracle-codec.ts';
import { runCommand } from './run-command.ts';
import { findSharedFolder } from './shared-folder.ts';

const SUITES = ['kcat', 'java-clients', 'kafka-tools', 'kafka-apps'];

process.exitCode = await main(process.argv.slice(2));

async function main(parameters: readonly string[]): Promise<number> {
  const isApache = parameters.includes('--apache');
  const [name] = parameters.filter((parameter) => !parameter.startsWith('--'));
  if (name === undefined || ![...SUITES, 'codec'].includes(name)) {
    console.error(`npm run oracle -- NAME [--apache]\nNAME is one of codec, ${SUITES.join(', ')}`);
    return 2;
  }
  const shared = findSharedFolder();
  if (shared === undefined) {
    console.error(
      'The oracles need the shared folder: put it beside the project as ../shared, or set MILLRACE_SHARED to it.',
    );
    return 2;
  }
  const oracles = join(shared, 'oracles');
  return name === 'codec' ? checkCodec(join(oracles, 'codec')) : runSuite(join(oracles, 'suites'), name, isApache);
}

async function runSuite(suites: string, name: string, isApache: boolean): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), `millrace-oracle-${name}-`));
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const broker = isApache ? await startApacheKafka(suites, folder) : await startMillrace(folder);
  console.log(`${isApache ? 'Apache Kafka' : 'Millrace'} on ${broker.address}, its output in ${broker.logFile}`);
  try {
    const run = await runCommand('bash', [join(suites, name, 'run.sh')], {
      isShown: true,
      signal: interrupted.signal,
      environment: { BROKER: broker.address, SUITES_OUT: join(folder, 'out') },
    });
    const outputFile = join(folder, `${name}.log`);
    writeFileSync(outputFile, run.output);
    const isAsGood = await compare(suites, name, outputFile, run.output);
    const score = run.output.match(new RegExp(`^${name}: \\d+ passed, \\d+ failed, \\d+ skipped$`, 'm'));
    console.log(score?.[0] ?? `${name}: the suite ended with code ${run.code} and without a score`);
    if (!isAsGood || !score) return 1;
  } finally {
    await broker.stop();
  }
  rmSync(folder, { recursive: true });
  return 0;
}

/** Prints the cases that pass on Apache Kafka and not here. True when there are none. */
async function compare(suites: string, name: string, outputFile: string, output: string): Promise<boolean> {
  const baseline = readFileSync(join(suites, name, 'baseline-kafka-4.3.1.log'), 'utf8');
  const baselineFile = `${outputFile}.baseline`;
  writeFileSync(baselineFile, process.env.RUN ? onlyCasesOf(output, baseline) : baseline);
  const compared = await runCommand('python3', [join(suites, 'common', 'compare.py'), baselineFile, outputFile], {
    isShown: true,
  });
  return compared.code === 0 && /^0 tests pass on the baseline and not here/m.test(compared.output);
}

/** Cases that RUN left out are not missing. */
function onlyCasesOf(output: string, baseline: string): string {
  const caseOf = (line: string) => line.match(/^\s*(?:PASS|FAIL|SKIP)\s+(\S+)/)?.[1];
  const ran = new Set(output.split('\n').map(caseOf));
  return baseline
    .split('\n')
    .filter((line) => ran.has(caseOf(line)))
    .join('\n');
}
